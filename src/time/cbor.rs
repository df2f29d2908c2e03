//! Moments in CBOR: milliseconds since the Unix epoch.

use minicbor::encode::Write;
use minicbor::{Decoder, Encoder};

use super::Timestamp;

// minicbor hands a reference to whatever encodes.
#[expect(clippy::trivially_copy_pass_by_ref)]
pub(crate) fn encode<C, W: Write>(
    at: &Timestamp,
    encoder: &mut Encoder<W>,
    _: &mut C,
) -> Result<(), minicbor::encode::Error<W::Error>> {
    encoder.i64(at.as_millis()).map(drop)
}

pub(crate) fn decode<C>(decoder: &mut Decoder<'_>, _: &mut C) -> Result<Timestamp, minicbor::decode::Error> {
    let (position, millis) = (decoder.position(), decoder.i64()?);
    let at = Timestamp::from_millis(millis);
    if at.as_millis() == millis {
        return Ok(at);
    }
    Err(minicbor::decode::Error::message("the moment lies outside the years 0000 to 9999").at(position))
}
