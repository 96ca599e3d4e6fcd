//! The virtual file system itself. Everything is passed on to SQLite's own; writes, cuts, syncs and deletions of a
//! recorded folder are told to its recorder, and bytes written to WAL files are counted.
#![expect(
    unsafe_code,
    reason = "SQLite's file system is an interface of C; this tool stands in it, the product does not"
)]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::{Result, bail};
use libsqlite3_sys::{
    SQLITE_FULL, SQLITE_IOERR, SQLITE_OK, SQLITE_OPEN_WAL, sqlite3_file, sqlite3_filename, sqlite3_int64,
    sqlite3_io_methods, sqlite3_vfs, sqlite3_vfs_find, sqlite3_vfs_register,
};

use super::image::Recorder;

/// Bytes written to WAL files by this process since it began.
pub(super) static WAL_BYTES: AtomicU64 = AtomicU64::new(0);

/// No room: files may be written over but not grow.
static FULL: AtomicBool = AtomicBool::new(false);

static RECORDER: Mutex<Option<Arc<Recorder>>> = Mutex::new(None);
static REAL: OnceLock<Real> = OnceLock::new();

/// SQLite's own file system.
struct Real(*mut sqlite3_vfs);

// SAFETY: a registered file system is used by every thread of SQLite and is never changed after it was found.
unsafe impl Send for Real {}
// SAFETY: as above.
unsafe impl Sync for Real {}

/// An open file: ours in front, SQLite's own behind it in the same piece of memory.
#[repr(C)]
struct File {
    base: sqlite3_file,
    watched: *mut Watched,
}

/// What is watched about a file.
struct Watched {
    path: PathBuf,
    recorder: Option<Arc<Recorder>>,
    wal: bool,
}

/// Puts the file system before SQLite's own, for every database opened from now on, and records with `recorder`.
/// `None`: only counts.
///
/// # Errors
/// When SQLite does not take it.
pub fn install(recorder: Option<Arc<Recorder>>) -> Result<()> {
    *RECORDER.lock().unwrap_or_else(PoisonError::into_inner) = recorder;
    if REAL.get().is_some() {
        return Ok(());
    }
    // SAFETY: asks for the default file system, which lives as long as the process; it is only read here.
    let (real, inner) = unsafe {
        let real = sqlite3_vfs_find(std::ptr::null());
        if real.is_null() {
            bail!("SQLite has no file system");
        }
        (real, *real)
    };
    let size = c_int::try_from(size_of::<File>()).unwrap_or(c_int::MAX);
    let ours = sqlite3_vfs {
        szOsFile: inner.szOsFile + size,
        pNext: std::ptr::null_mut(),
        zName: c"docket-tool".as_ptr(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_path),
        ..inner
    };
    if REAL.set(Real(real)).is_err() {
        return Ok(());
    }
    // SAFETY: the structure is given to SQLite for ever, so it is never freed. Its other functions are those of the real
    // one; they take the file system only to read `pAppData` and `mxPathname`, which are copied.
    let taken = unsafe { sqlite3_vfs_register(Box::leak(Box::new(ours)), 1) };
    if taken == SQLITE_OK {
        Ok(())
    } else {
        bail!("SQLite refused the file system: {taken}")
    }
}

/// Lets the disk be full, or have room again, for every database opened after [`install`].
pub fn set_full(full: bool) {
    FULL.store(full, Ordering::SeqCst);
}

fn real() -> *mut sqlite3_vfs {
    REAL.get().map_or(std::ptr::null_mut(), |r| r.0)
}

fn recorder() -> Option<Arc<Recorder>> {
    RECORDER.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// SQLite's own file behind ours.
///
/// # Safety
/// `file` is one that [`open`] filled.
unsafe fn inner(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: `szOsFile` left room for the real file right behind ours, and `File` is a multiple of its alignment.
    unsafe { file.cast::<File>().add(1).cast() }
}

/// What is watched of a file.
///
/// # Safety
/// As [`inner`]; the answer is used before the file is closed.
unsafe fn watched<'a>(file: *mut sqlite3_file) -> Option<&'a Watched> {
    // SAFETY: `open` put a boxed `Watched` or null there, `close` takes it away.
    unsafe { (*file.cast::<File>()).watched.as_ref() }
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives a file of `szOsFile` bytes and a name that lives as long as the file is open.
    unsafe {
        let ours = file.cast::<File>();
        (*ours).base.pMethods = std::ptr::null();
        (*ours).watched = std::ptr::null_mut();
        let Some(next) = (*real()).xOpen else {
            return SQLITE_IOERR;
        };
        let opened = next(real(), name, inner(file), flags, out);
        if opened != SQLITE_OK {
            return opened;
        }
        if !name.is_null() {
            let path = PathBuf::from(CStr::from_ptr(name.cast::<c_char>()).to_string_lossy().into_owned());
            let recorder = recorder().filter(|r| r.holds(&path));
            if let Some(recorder) = &recorder {
                recorder.opened(&path);
            }
            let wal = flags & SQLITE_OPEN_WAL != 0;
            (*ours).watched = Box::into_raw(Box::new(Watched { path, recorder, wal }));
        }
        (*ours).base.pMethods = &raw const METHODS;
        SQLITE_OK
    }
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: passes SQLite's own arguments on.
    unsafe {
        let Some(next) = (*real()).xDelete else {
            return SQLITE_IOERR;
        };
        if !name.is_null() {
            let text = CStr::from_ptr(name).to_string_lossy().into_owned();
            if let Some(recorder) = recorder().filter(|r| r.holds(Path::new(&text))) {
                recorder.deleted(Path::new(&text));
            }
        }
        next(real(), name, sync)
    }
}

unsafe extern "C" fn access(_: *mut sqlite3_vfs, name: *const c_char, flags: c_int, out: *mut c_int) -> c_int {
    // SAFETY: passes SQLite's own arguments on.
    unsafe {
        (*real())
            .xAccess
            .map_or(SQLITE_IOERR, |next| next(real(), name, flags, out))
    }
}

unsafe extern "C" fn full_path(_: *mut sqlite3_vfs, name: *const c_char, size: c_int, out: *mut c_char) -> c_int {
    // SAFETY: passes SQLite's own arguments on.
    unsafe {
        (*real())
            .xFullPathname
            .map_or(SQLITE_IOERR, |next| next(real(), name, size, out))
    }
}

/// Passes a call on to the file behind ours.
macro_rules! pass {
    ($name:ident, $method:ident, ($($arg:ident: $kind:ty),*)) => {
        unsafe extern "C" fn $name(file: *mut sqlite3_file, $($arg: $kind),*) -> c_int {
            // SAFETY: `file` was filled by `open`; the arguments are SQLite's own.
            unsafe {
                let inner = inner(file);
                (*(*inner).pMethods).$method.map_or(SQLITE_IOERR, |next| next(inner, $($arg),*))
            }
        }
    };
}

pass!(read, xRead, (into: *mut c_void, size: c_int, at: sqlite3_int64));
pass!(pass_write, xWrite, (from: *const c_void, size: c_int, at: sqlite3_int64));
pass!(pass_truncate, xTruncate, (size: sqlite3_int64));
pass!(pass_sync, xSync, (flags: c_int));
pass!(pass_close, xClose, ());
pass!(file_size, xFileSize, (size: *mut sqlite3_int64));
pass!(lock, xLock, (level: c_int));
pass!(unlock, xUnlock, (level: c_int));
pass!(check_lock, xCheckReservedLock, (out: *mut c_int));
pass!(control, xFileControl, (what: c_int, argument: *mut c_void));
pass!(sector_size, xSectorSize, ());
pass!(characteristics, xDeviceCharacteristics, ());
pass!(shm_map, xShmMap, (page: c_int, size: c_int, extend: c_int, out: *mut *mut c_void));
pass!(shm_lock, xShmLock, (at: c_int, n: c_int, flags: c_int));
pass!(shm_unmap, xShmUnmap, (delete: c_int));
pass!(fetch, xFetch, (at: sqlite3_int64, size: c_int, out: *mut *mut c_void));
pass!(unfetch, xUnfetch, (at: sqlite3_int64, page: *mut c_void));

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    // SAFETY: as every method.
    unsafe {
        let inner = inner(file);
        if let Some(next) = (*(*inner).pMethods).xShmBarrier {
            next(inner);
        }
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, size: c_int, at: sqlite3_int64) -> c_int {
    // SAFETY: SQLite promises `size` readable bytes at `from`.
    unsafe {
        if FULL.load(Ordering::SeqCst) {
            let mut length: sqlite3_int64 = 0;
            if file_size(file, &raw mut length) == SQLITE_OK && at.saturating_add(size.into()) > length {
                return SQLITE_FULL;
            }
        }
        let done = pass_write(file, from, size, at);
        if let Some(watched) = watched(file).filter(|_| done == SQLITE_OK) {
            let length = usize::try_from(size).unwrap_or_default();
            if watched.wal {
                WAL_BYTES.fetch_add(length as u64, Ordering::Relaxed);
            }
            if let Some(recorder) = &watched.recorder {
                let bytes = std::slice::from_raw_parts(from.cast::<u8>(), length);
                recorder.wrote(&watched.path, usize::try_from(at).unwrap_or_default(), bytes);
            }
        }
        done
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    // SAFETY: as every method.
    unsafe {
        let done = pass_truncate(file, size);
        if let Some(watched) = watched(file).filter(|_| done == SQLITE_OK)
            && let Some(recorder) = &watched.recorder
        {
            recorder.truncated(&watched.path, usize::try_from(size).unwrap_or_default());
        }
        done
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: as every method.
    unsafe {
        if let Some(Watched {
            path,
            recorder: Some(recorder),
            ..
        }) = watched(file)
        {
            recorder.syncing(path);
        }
        pass_sync(file, flags)
    }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: what `open` boxed is taken back once; SQLite does not use the file afterwards.
    unsafe {
        let ours = file.cast::<File>();
        if !(*ours).watched.is_null() {
            drop(Box::from_raw((*ours).watched));
            (*ours).watched = std::ptr::null_mut();
        }
        pass_close(file)
    }
}

/// Version 3, as SQLite's own on Unix: with shared memory for the WAL.
static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 3,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_lock),
    xFileControl: Some(control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: Some(fetch),
    xUnfetch: Some(unfetch),
};
