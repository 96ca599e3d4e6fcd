//! People who may sign in.

use domain::Instant;

use super::{AppendTx, Change, Log};
use crate::bulk::{self, Record, record};
use crate::db::{Sql, statements};
use crate::error::Result;

statements! {
    LIST = Sql::Select(Person::TABLE, "ORDER BY login");
    GET = Sql::Select(Person::TABLE, "WHERE login = $1");
    BY_SUBJECT = Sql::Select(Person::TABLE, "WHERE oidc_subject = $1");
}

record! {
    /// Somebody who may sign in.
    pub struct Person in "people", key 1 {
        /// User name.
        login: String,
        /// Name as shown.
        name: String,
        /// Argon2id hash; absent: cannot sign in by password.
        password_hash: Option<String>,
        /// Role words, as the engine writes them.
        roles: String,
        /// Rows they may know of, as the engine writes it.
        scope: String,
        /// When they were added.
        created_at: Instant,
        /// Where mail reaches them.
        email: Option<String>,
        /// Since when they may not sign in.
        blocked_at: Option<Instant>,
        /// Who they are at the identity provider: issuer and subject. Two people never have the same.
        oidc_subject: Option<String>,
    }
}

impl Log {
    /// Everybody, by user name.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_people(&self) -> Result<Vec<Person>> {
        self.pools.read.acquire().await?.rows(LIST, [], Person::read).await
    }

    /// One person.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_person(&self, login: &str) -> Result<Option<Person>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(GET, [login.into()], Person::read)
            .await
    }

    /// The person whom the identity provider knows by this subject.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_person_by_subject(&self, oidc_subject: &str) -> Result<Option<Person>> {
        self.pools
            .read
            .acquire()
            .await?
            .one(BY_SUBJECT, [oidc_subject.into()], Person::read)
            .await
    }
}

impl Change {
    /// Everybody, as this change sees them: who is first is decided here.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_people(&mut self) -> Result<Vec<Person>> {
        self.conn.rows(LIST, [], Person::read).await
    }

    /// One person, as this change sees them.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_person(&mut self, login: &str) -> Result<Option<Person>> {
        self.conn.one(GET, [login.into()], Person::read).await
    }

    /// Adds a person.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when the user name, or the subject, is taken; the change is void then.
    pub async fn insert_person(&mut self, person: &Person) -> Result<()> {
        bulk::insert(&mut self.conn, std::slice::from_ref(person))
            .await
            .map(drop)
    }

    /// Adds a person or replaces all that is known of them.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when the subject is somebody else's; the change is void then.
    pub async fn upsert_person(&mut self, person: &Person) -> Result<()> {
        bulk::upsert(&mut self.conn, std::slice::from_ref(person))
            .await
            .map(drop)
    }
}

impl AppendTx {
    /// One person, as this append sees them.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_person(&mut self, login: &str) -> Result<Option<Person>> {
        self.conn.one(GET, [login.into()], Person::read).await
    }

    /// Replaces all that is known of a person.
    ///
    /// # Errors
    /// [`crate::StoreError::Exists`] when the subject is somebody else's; the append is void then.
    pub async fn upsert_person(&mut self, person: &Person) -> Result<()> {
        bulk::upsert(&mut self.conn, std::slice::from_ref(person))
            .await
            .map(drop)
    }
}
