//! The text under which recurrences and weekend rules stand in the JSON of a schedule.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Recurrence, WeekendRule};

/// RFC 5545 text with its start.
impl Serialize for Recurrence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc5545())
    }
}

impl<'de> Deserialize<'de> for Recurrence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Recurrence, D::Error> {
        let text = String::deserialize(deserializer)?;
        Recurrence::from_rfc5545(&text, None).map_err(de::Error::custom)
    }
}

/// Its name, such as `before`.
impl Serialize for WeekendRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for WeekendRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WeekendRule, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Decimal numbers as text, for `#[serde(with)]`.
pub(super) mod decimal_text {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
