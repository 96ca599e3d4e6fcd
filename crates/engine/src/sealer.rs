//! Bodies are compressed and sealed from the first row (DESIGN §1.9).

use std::cell::RefCell;

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

/// Seals and opens bodies with the data folder's key.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    key: [u8; 32],
    key_id: String,
}

/// A body could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum UnsealError {
    /// Sealed with another key.
    #[error("sealed with key {0}, which this data folder does not have")]
    OtherKey(String),
    /// Changed after it was sealed, or not sealed by this key.
    #[error("the body was changed after it was sealed")]
    Broken,
}

/// A sealed body as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of the plain body.
    pub hash: [u8; 32],
    /// Which key.
    pub key_id: String,
    /// zstd, then sealed.
    pub bytes: Vec<u8>,
}

/// Level 1 costs a third of the time of the default for 5 % more bytes on JSON and XML bodies.
const ZSTD_LEVEL: i32 = 1;

thread_local! {
    /// A compressor's tables are about a megabyte: made once a thread, not once a body.
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
}

fn compress(body: &[u8]) -> Result<Vec<u8>, std::io::Error> {
    COMPRESSOR.with_borrow_mut(|kept| match kept {
        Some(compressor) => compressor.compress(body),
        none => none.insert(zstd::bulk::Compressor::new(ZSTD_LEVEL)?).compress(body),
    })
}

impl Sealer {
    /// A sealer with this key.
    #[must_use]
    pub fn from_key(key: [u8; 32], key_id: impl Into<String>) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(&key.into()),
            key,
            key_id: key_id.into(),
        }
    }

    /// The nonce follows from the key and the body's hash: one body has one ciphertext, two bodies never share a nonce.
    fn nonce(&self, hash: &[u8; 32]) -> XNonce {
        let digest = Sha256::new()
            .chain_update(b"docket body nonce")
            .chain_update(self.key)
            .chain_update(hash)
            .finalize();
        *XNonce::from_slice(&digest[..24])
    }

    /// Compresses and seals a body.
    ///
    /// # Errors
    /// When memory for the compressed body cannot be had.
    pub fn seal(&self, body: &[u8]) -> Result<Sealed, std::io::Error> {
        let hash: [u8; 32] = Sha256::digest(body).into();
        let packed = compress(body)?;
        let bytes = self
            .cipher
            .encrypt(&self.nonce(&hash), packed.as_slice())
            .map_err(|_| std::io::Error::other("the body is too large to seal"))?;
        Ok(Sealed {
            hash,
            key_id: self.key_id.clone(),
            bytes,
        })
    }

    /// Seals a short secret that must be readable again, such as the key of a source's signatures.
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub fn seal_secret(&self, secret: &str) -> Result<Vec<u8>, std::io::Error> {
        let sealed = self.seal(secret.as_bytes())?;
        Ok([sealed.hash.as_slice(), sealed.bytes.as_slice()].concat())
    }

    /// Opens a sealed secret.
    ///
    /// # Errors
    /// [`UnsealError`] when it was sealed by another key or changed.
    pub fn open_secret(&self, sealed: &[u8]) -> Result<String, UnsealError> {
        let (hash, bytes) = sealed.split_at_checked(32).ok_or(UnsealError::Broken)?;
        let hash = hash.try_into().map_err(|_| UnsealError::Broken)?;
        let opened = self.open(&Sealed {
            hash,
            key_id: self.key_id.clone(),
            bytes: bytes.to_vec(),
        })?;
        String::from_utf8(opened).map_err(|_| UnsealError::Broken)
    }

    /// Another name for a person, always the same for the same name in this installation.
    #[must_use]
    pub fn pseudonym(&self, name: &str) -> String {
        domain::access::pseudonym(&self.key, name)
    }

    /// The key of the seals over the audit: it follows from this key, and tells nothing of it.
    #[must_use]
    pub fn audit_key(&self) -> [u8; 32] {
        let derived = Sha256::new().chain_update(b"docket audit seals").chain_update(self.key);
        derived.finalize().into()
    }

    /// Opens a sealed body.
    ///
    /// # Errors
    /// [`UnsealError`] when the key is another one or the bytes are not what was sealed.
    pub fn open(&self, sealed: &Sealed) -> Result<Vec<u8>, UnsealError> {
        if sealed.key_id != self.key_id {
            return Err(UnsealError::OtherKey(sealed.key_id.clone()));
        }
        let packed = self
            .cipher
            .decrypt(&self.nonce(&sealed.hash), sealed.bytes.as_slice())
            .map_err(|_| UnsealError::Broken)?;
        zstd::decode_all(packed.as_slice()).map_err(|_| UnsealError::Broken)
    }
}

/// What is kept of a person: who they are, sealed with a key of their own, and that key, sealed with the data folder's.
/// Without the key nothing tells who they were, not even a hash.
impl Sealer {
    /// What stands for a person in events: the same for the same name, and nothing that leads back to it.
    #[must_use]
    pub fn subject(&self, name: &str) -> String {
        let digest = Sha256::new()
            .chain_update(b"docket subject")
            .chain_update(self.key)
            .chain_update(name)
            .finalize();
        // Half of the digest: what is left cannot be continued to that of a longer name.
        format!("{SUBJECT_MARK}{}", hex::encode(&digest[..16]))
    }

    /// Seals a name with a fresh `key`; answers the sealed key and the sealed name. `nonce` is as fresh.
    ///
    /// # Errors
    /// Never in practice: the name would have to be larger than memory.
    pub fn seal_subject(&self, name: &str, key: [u8; 32], nonce: [u8; 24]) -> Result<(Vec<u8>, Vec<u8>), UnsealError> {
        let own = XChaCha20Poly1305::new(&key.into());
        // A key of one text needs no nonce that differs.
        let name = own
            .encrypt(&XNonce::default(), name.as_bytes())
            .map_err(|_| UnsealError::Broken)?;
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), key.as_slice())
            .map_err(|_| UnsealError::Broken)?;
        Ok(([nonce.as_slice(), sealed.as_slice()].concat(), name))
    }

    /// The name that [`Sealer::seal_subject`] sealed.
    ///
    /// # Errors
    /// [`UnsealError`] when it was changed or sealed by another key.
    pub fn open_subject(&self, key: &[u8], name: &[u8]) -> Result<String, UnsealError> {
        let (nonce, sealed) = key.split_at_checked(24).ok_or(UnsealError::Broken)?;
        let opened = self
            .cipher
            .decrypt(XNonce::from_slice(nonce), sealed)
            .map_err(|_| UnsealError::Broken)?;
        let own: [u8; 32] = opened.try_into().map_err(|_| UnsealError::Broken)?;
        let name = XChaCha20Poly1305::new(&own.into())
            .decrypt(&XNonce::default(), name)
            .map_err(|_| UnsealError::Broken)?;
        String::from_utf8(name).map_err(|_| UnsealError::Broken)
    }
}

/// How a text that stands for a person begins. No user id of a source does.
pub(crate) const SUBJECT_MARK: char = '~';

#[cfg(test)]
mod tests {
    use super::Sealer;

    #[test]
    fn a_body_comes_back_as_it_was() {
        let sealer = Sealer::from_key([7; 32], "k1");
        let sealed = sealer.seal(b"PO 4500018823").unwrap();
        assert_eq!(sealer.open(&sealed).unwrap(), b"PO 4500018823");
        assert!(!sealed.bytes.windows(4).any(|w| w == b"4500"));
    }

    #[test]
    fn a_name_opens_with_its_own_key_only_and_leaves_no_trace_without() {
        let sealer = Sealer::from_key([7; 32], "k1");
        let (key, name) = sealer.seal_subject("MKELLER", [1; 32], [2; 24]).unwrap();
        assert_eq!(sealer.open_subject(&key, &name).unwrap(), "MKELLER");
        let (other, _) = sealer.seal_subject("MKELLER", [3; 32], [4; 24]).unwrap();
        assert!(sealer.open_subject(&other, &name).is_err());
        assert!(Sealer::from_key([8; 32], "k1").open_subject(&key, &name).is_err());
        assert!(sealer.open_subject(&[], &name).is_err());
        assert_eq!(sealer.subject("MKELLER"), sealer.subject("MKELLER"));
        assert_ne!(
            sealer.subject("MKELLER"),
            Sealer::from_key([8; 32], "k1").subject("MKELLER")
        );
        assert!(!sealer.subject("MKELLER").contains("MKELLER"));
    }

    #[test]
    fn a_changed_body_does_not_open() {
        let sealer = Sealer::from_key([7; 32], "k1");
        let mut sealed = sealer.seal(b"PO 4500018823").unwrap();
        sealed.bytes[3] ^= 1;
        assert!(sealer.open(&sealed).is_err());
        assert!(
            Sealer::from_key([8; 32], "k1")
                .open(&sealer.seal(b"x").unwrap())
                .is_err()
        );
    }
}
