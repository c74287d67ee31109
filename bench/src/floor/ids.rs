//! Ids as the API shows them: a TypeID, the UUID in 26 letters of Crockford's base 32 behind its kind.

use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

pub fn encode(kind: &str, id: Uuid) -> String {
    let bits = id.as_u128();
    let mut text = String::with_capacity(kind.len() + 27);
    text.push_str(kind);
    text.push('_');
    for place in (0..26).rev() {
        let five = (bits >> (place * 5)) as usize & 31;
        text.push(char::from(ALPHABET[five]));
    }
    text
}
