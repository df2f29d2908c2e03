//! Bytes written as lower-case hexadecimal digits.

use serde::{Deserialize, Deserializer, Serializer, de};

use crate::store::Link;

pub(super) fn encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The bytes; nothing where these are no pairs of lower-case digits.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let digit = |character: u8| match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    rest.is_empty().then(|| bytes.collect()).flatten()
}

pub(super) fn decode_link(text: &str) -> Option<Link> {
    decode(text)?.try_into().ok()
}

pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&encode(bytes))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>, B: TryFrom<Vec<u8>>>(deserializer: D) -> Result<B, D::Error> {
    let bytes = decode(&String::deserialize(deserializer)?).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| de::Error::custom("these are not the hexadecimal digits, in lower case, that belong here"))
}

/// The same for a link that may be left out.
pub(super) mod optional {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::store::Link;

    #[derive(Serialize, Deserialize)]
    struct Hex(#[serde(with = "super")] Link);

    // serde hands a reference to whatever serializes.
    #[expect(clippy::ref_option)]
    pub(in super::super) fn serialize<S: Serializer>(link: &Option<Link>, serializer: S) -> Result<S::Ok, S::Error> {
        link.map(Hex).serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Link>, D::Error> {
        Ok(Option::<Hex>::deserialize(deserializer)?.map(|Hex(link)| link))
    }
}
