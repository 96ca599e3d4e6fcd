//! Teams, who stands in for whom, and who of us the users of source systems are.

use domain::Instant;

use super::{Change, Log};
use crate::bulk::{self, Record, record};
use crate::db::{Sql, statements};
use crate::error::Result;

statements! {
    TEAMS = Sql::Select(Team::TABLE, "ORDER BY team");
    MEMBERS = Sql::Select(Member::TABLE, "ORDER BY team, login");
    OF_LOGIN = Sql::Select(Member::TABLE, "WHERE login = $1 ORDER BY team");
    DROP_TEAM = Sql::same("DELETE FROM teams WHERE team = $1");
    DROP_MEMBERS = Sql::same("DELETE FROM members WHERE team = $1");
    DROP_MEMBER = Sql::same("DELETE FROM members WHERE team = $1 AND login = $2");
    STAND_INS = Sql::Select(StandIn::TABLE, "WHERE login = $1 ORDER BY from_at, stand_in");
    STANDS_IN = Sql::Select(
        StandIn::TABLE,
        "WHERE stand_in = $1 AND from_at <= $2 AND to_at > $2 ORDER BY from_at, login");
    STAND_INS_AT = Sql::Select(StandIn::TABLE, "WHERE to_at > $1 ORDER BY login, from_at, stand_in");
    DROP_STAND_IN = Sql::same("DELETE FROM stand_ins WHERE login = $1 AND stand_in = $2 AND from_at = $3");
    ACTOR = Sql::same("SELECT login FROM actor_map WHERE source_id = $1 AND actor = $2");
    ACTORS = Sql::Select(MappedActor::TABLE, "WHERE source_id = $1 ORDER BY actor");
    ACTORS_OF = Sql::Select(MappedActor::TABLE, "WHERE login = $1 ORDER BY source_id, actor");
    DROP_ACTOR = Sql::same("DELETE FROM actor_map WHERE source_id = $1 AND actor = $2");
}

record! {
    /// A team.
    pub struct Team in "teams", key 1 {
        /// Its name in addresses.
        team: String,
        /// Its name for people.
        title: String,
        /// The entity it works for; empty: all.
        entity: String,
    }
}

record! {
    /// Somebody in a team.
    pub struct Member in "members", key 2 {
        /// The team.
        team: String,
        /// Who.
        login: String,
        /// They lead it.
        lead: bool,
    }
}

record! {
    /// Somebody who may act for another.
    pub struct StandIn in "stand_ins", key 3 {
        /// For whom.
        login: String,
        /// Who.
        stand_in: String,
        /// From when.
        from_at: Instant,
        /// Until before when.
        to_at: Instant,
    }
}

record! {
    /// Who of us a user id of a source system is.
    pub struct MappedActor in "actor_map", key 2 {
        /// The source.
        source_id: i64,
        /// The user id there.
        actor: String,
        /// Who.
        login: String,
    }
}

impl Log {
    /// Every team, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_teams(&self) -> Result<Vec<Team>> {
        self.pools.read.acquire().await?.rows(TEAMS, [], Team::read).await
    }

    /// Everybody in every team, by team and user name.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_members(&self) -> Result<Vec<Member>> {
        self.pools.read.acquire().await?.rows(MEMBERS, [], Member::read).await
    }

    /// The teams somebody is in.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_memberships(&self, login: &str) -> Result<Vec<Member>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.rows(OF_LOGIN, [login.into()], Member::read).await
    }

    /// Who may act for a person, ever.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_stand_ins_of(&self, login: &str) -> Result<Vec<StandIn>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.rows(STAND_INS, [login.into()], StandIn::read).await
    }

    /// For whom a person may act at an instant.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_stands_in_for(&self, stand_in: &str, at: Instant) -> Result<Vec<StandIn>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.rows(STANDS_IN, [stand_in.into(), at.into()], StandIn::read).await
    }

    /// Every arrangement that is not over at an instant.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_stand_ins(&self, at: Instant) -> Result<Vec<StandIn>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.rows(STAND_INS_AT, [at.into()], StandIn::read).await
    }

    /// Who of us a user id of a source system is.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_login_of_actor(&self, source_id: i64, actor: &str) -> Result<Option<String>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.one(ACTOR, [source_id.into(), actor.into()], |r| r.text(0)).await
    }

    /// The user ids of a source system that are known to be one of us.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_actors(&self, source_id: i64) -> Result<Vec<MappedActor>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.rows(ACTORS, [source_id.into()], MappedActor::read).await
    }

    /// The user ids that a person has in source systems.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_actors_of(&self, login: &str) -> Result<Vec<MappedActor>> {
        let mut conn = self.pools.read.acquire().await?;
        conn.rows(ACTORS_OF, [login.into()], MappedActor::read).await
    }
}

impl Change {
    /// Adds a team or replaces what is known of it.
    ///
    /// # Errors
    /// The database's.
    pub async fn upsert_team(&mut self, team: &Team) -> Result<()> {
        bulk::upsert(&mut self.conn, std::slice::from_ref(team)).await.map(drop)
    }

    /// Removes a team with who is in it. `false` when there is none.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_team(&mut self, team: &str) -> Result<bool> {
        self.conn.run(DROP_MEMBERS, [team.into()]).await?;
        Ok(self.conn.run(DROP_TEAM, [team.into()]).await? > 0)
    }

    /// Puts somebody into a team, or says anew whether they lead it.
    ///
    /// # Errors
    /// The database's.
    pub async fn upsert_member(&mut self, member: &Member) -> Result<()> {
        bulk::upsert(&mut self.conn, std::slice::from_ref(member))
            .await
            .map(drop)
    }

    /// Takes somebody out of a team. `false` when they were not in it.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_member(&mut self, team: &str, login: &str) -> Result<bool> {
        Ok(self.conn.run(DROP_MEMBER, [team.into(), login.into()]).await? > 0)
    }

    /// Says who may act for whom, or anew until when.
    ///
    /// # Errors
    /// The database's.
    pub async fn upsert_stand_in(&mut self, stand_in: &StandIn) -> Result<()> {
        bulk::upsert(&mut self.conn, std::slice::from_ref(stand_in))
            .await
            .map(drop)
    }

    /// Withdraws it. `false` when there was no such arrangement.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_stand_in(&mut self, login: &str, stand_in: &str, from_at: Instant) -> Result<bool> {
        let args = [login.into(), stand_in.into(), from_at.into()];
        Ok(self.conn.run(DROP_STAND_IN, args).await? > 0)
    }

    /// Says who of us a user id of a source system is.
    ///
    /// # Errors
    /// The database's.
    pub async fn upsert_actor(&mut self, actor: &MappedActor) -> Result<()> {
        bulk::upsert(&mut self.conn, std::slice::from_ref(actor))
            .await
            .map(drop)
    }

    /// Withdraws it. `false` when nothing was said of that user id.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_actor(&mut self, source_id: i64, actor: &str) -> Result<bool> {
        Ok(self.conn.run(DROP_ACTOR, [source_id.into(), actor.into()]).await? > 0)
    }
}
