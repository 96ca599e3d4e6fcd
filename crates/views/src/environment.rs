//! What an installation is for, and what follows from it.

use serde::{Deserialize, Serialize};

/// What an installation is for. Every page of one that is not production says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// A company's daily work.
    #[default]
    Production,
    /// A company's rehearsal: real people, data that nobody acts on.
    Test,
    /// The made-up distributor.
    Demo,
}

impl Environment {
    /// Every environment.
    pub const ALL: [Self; 3] = [Self::Production, Self::Test, Self::Demo];

    /// The word in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Test => "test",
            Self::Demo => "demo",
        }
    }

    /// People may come in with one click, without a password.
    #[must_use]
    pub const fn lets_in_with_one_click(self) -> bool {
        matches!(self, Self::Demo)
    }

    /// People elsewhere may reach it without TLS. The demo has no passwords and no secrets.
    #[must_use]
    pub const fn speaks_in_the_clear(self) -> bool {
        matches!(self, Self::Test | Self::Demo)
    }

    /// It may ask other systems, such as an identity provider.
    #[must_use]
    pub const fn asks_others(self) -> bool {
        matches!(self, Self::Production | Self::Test)
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn each_environment_allows_what_is_written_here_and_nothing_else() {
        let allowed = |e: Environment| (e.lets_in_with_one_click(), e.speaks_in_the_clear(), e.asks_others());
        assert_eq!(allowed(Environment::Production), (false, false, true));
        assert_eq!(allowed(Environment::Test), (false, true, true));
        assert_eq!(allowed(Environment::Demo), (true, true, false));
        assert_eq!(Environment::default(), Environment::Production);
    }
}
