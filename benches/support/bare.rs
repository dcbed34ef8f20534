//! SQLite without anything between: prepared statements, bound and stepped through its C interface.
//!
//! The reference that our figures are compared with has to be as fast as a program can be that knows the tables.

#![allow(
    unsafe_code,
    reason = "the reference calls SQLite's C interface directly, to be as fast as it can be"
)]

use std::ffi::{CStr, CString, c_int};
use std::path::Path;
use std::ptr;

use libsqlite3_sys as ffi;

/// The settings that the library makes for its own connections, word for word.
const SETTINGS: &str = "PRAGMA busy_timeout = 30000; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; \
    PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000;";

/// An open database file.
pub struct Bare(*mut ffi::sqlite3);

impl Bare {
    /// Opens or creates a file with the library's settings.
    pub fn open(path: &Path) -> Bare {
        let path = CString::new(path.to_str().expect("the file's name is UTF-8")).expect("it has no NUL");
        let mut raw = ptr::null_mut();
        // SAFETY: the path is NUL-terminated and `raw` outlives the call.
        let code = unsafe { ffi::sqlite3_open(path.as_ptr(), &mut raw) };
        assert_eq!(code, ffi::SQLITE_OK, "the reference's file opens");
        let bare = Bare(raw);
        bare.run(SETTINGS);
        bare
    }

    /// Runs statements that yield no rows of interest.
    pub fn run(&self, sql: &str) {
        let text = CString::new(sql).expect("SQL has no NUL");
        // SAFETY: the connection is open, the text NUL-terminated; no callback, no message wanted.
        let code =
            unsafe { ffi::sqlite3_exec(self.0, text.as_ptr(), None, ptr::null_mut(), ptr::null_mut()) };
        assert_eq!(code, ffi::SQLITE_OK, "{sql}: {}", self.message());
    }

    /// Prepares a statement that is used many times.
    pub fn prepare(&self, sql: &str) -> Statement<'_> {
        let text = CString::new(sql).expect("SQL has no NUL");
        let mut raw = ptr::null_mut();
        // SAFETY: the connection is open, the text NUL-terminated, `raw` outlives the call.
        let code = unsafe {
            ffi::sqlite3_prepare_v3(
                self.0,
                text.as_ptr(),
                -1,
                ffi::SQLITE_PREPARE_PERSISTENT as _,
                &mut raw,
                ptr::null_mut(),
            )
        };
        assert_eq!(code, ffi::SQLITE_OK, "{sql}: {}", self.message());
        Statement { raw, database: self }
    }

    fn message(&self) -> String {
        // SAFETY: the connection is open; the text is copied before the next call.
        unsafe { CStr::from_ptr(ffi::sqlite3_errmsg(self.0)) }.to_string_lossy().into_owned()
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // SAFETY: statements borrow the connection, so that none is left.
        unsafe { ffi::sqlite3_close(self.0) };
    }
}

/// A prepared statement.
pub struct Statement<'b> {
    raw: *mut ffi::sqlite3_stmt,
    database: &'b Bare,
}

impl Statement<'_> {
    /// Binds a number, counted from 1.
    pub fn bind_number(&mut self, index: usize, value: i64) {
        // SAFETY: the statement is prepared; a wrong index is an error code, not a fault.
        let code = unsafe { ffi::sqlite3_bind_int64(self.raw, index as c_int, value) };
        debug_assert_eq!(code, ffi::SQLITE_OK);
    }

    /// Binds text that outlives the next [`Statement::execute`]: nothing is copied.
    pub fn bind_text(&mut self, index: usize, value: &str) {
        // SAFETY: callers keep the text until the statement was executed, as this method's description asks.
        let code = unsafe {
            ffi::sqlite3_bind_text(
                self.raw,
                index as c_int,
                value.as_ptr().cast(),
                value.len() as c_int,
                ffi::SQLITE_STATIC(),
            )
        };
        debug_assert_eq!(code, ffi::SQLITE_OK);
    }

    /// Binds bytes that outlive the next [`Statement::execute`].
    pub fn bind_bytes(&mut self, index: usize, value: &[u8]) {
        // SAFETY: as for text.
        let code = unsafe {
            ffi::sqlite3_bind_blob(
                self.raw,
                index as c_int,
                value.as_ptr().cast(),
                value.len() as c_int,
                ffi::SQLITE_STATIC(),
            )
        };
        debug_assert_eq!(code, ffi::SQLITE_OK);
    }

    /// Runs the statement to its end and makes it ready for the next binds.
    pub fn execute(&mut self) {
        let row = self.step();
        assert!(!row, "it yields no rows");
        self.reset();
    }

    /// Goes to the next row; false after the last one.
    pub fn step(&mut self) -> bool {
        // SAFETY: the statement is prepared, its binds are alive.
        match unsafe { ffi::sqlite3_step(self.raw) } {
            ffi::SQLITE_ROW => true,
            ffi::SQLITE_DONE => false,
            _ => panic!("{}", self.database.message()),
        }
    }

    /// Makes the statement ready to run again.
    pub fn reset(&mut self) {
        // SAFETY: the statement is prepared.
        unsafe { ffi::sqlite3_reset(self.raw) };
    }

    /// A column of the row, counted from 0; `NULL` is 0.
    pub fn number(&self, column: usize) -> i64 {
        // SAFETY: the statement stands on a row.
        unsafe { ffi::sqlite3_column_int64(self.raw, column as c_int) }
    }

    /// The bytes of a column of the row, counted from 0; none for `NULL`.
    pub fn bytes(&self, column: usize) -> Option<Vec<u8>> {
        // SAFETY: the statement stands on a row; the bytes are copied before the next step.
        unsafe {
            let start = ffi::sqlite3_column_blob(self.raw, column as c_int).cast::<u8>();
            let length = ffi::sqlite3_column_bytes(self.raw, column as c_int) as usize;
            (!start.is_null()).then(|| std::slice::from_raw_parts(start, length).to_vec())
        }
    }

    /// The text of a column of the row, counted from 0; none for `NULL`.
    pub fn text(&self, column: usize) -> Option<String> {
        self.bytes(column).map(|bytes| String::from_utf8(bytes).expect("the library stores UTF-8"))
    }
}

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        // SAFETY: it was prepared and is not used any more.
        unsafe { ffi::sqlite3_finalize(self.raw) };
    }
}
