//! What the library promises, from outside: one module per noun.

mod money;
