//! placeholder
pub mod error;
pub mod text;
pub mod money;
pub mod account;
pub mod import;
pub use error::{Error, ErrorClass, ErrorKind, Result};
