//! Reed-Solomon decoding of errors and erasures.
//!
//! How: Berlekamp-Massey started from the erasure locator, then Chien search and Forney's formula (Blahut, Algebraic
//! Codes for Data Transmission, 7.4). When: an erasure is a codeword known to be doubtful (under glare, on a fold); it
//! costs half of what an unknown error does, which is why the readers here do not leave this to a decoder without them.

/// A finite field GF(2^m).
pub(super) struct Field {
    exp: Vec<u16>,
    log: Vec<u16>,
}

impl Field {
    /// GF(2^bits) with a primitive polynomial, whose leading bit included.
    pub(super) fn new(bits: u32, polynomial: u32) -> Self {
        let order = (1_usize << bits) - 1;
        let mut exp = vec![0; 2 * order];
        let mut log = vec![0; order + 1];
        let mut value = 1_u32;
        for power in 0..order {
            exp[power] = value as u16;
            exp[power + order] = value as u16;
            log[value as usize] = power as u16;
            value <<= 1;
            if value > order as u32 {
                value ^= polynomial;
            }
        }
        Self { exp, log }
    }

    fn order(&self) -> usize {
        self.log.len() - 1
    }

    fn mul(&self, a: u16, b: u16) -> u16 {
        if a == 0 || b == 0 {
            return 0;
        }
        self.exp[usize::from(self.log[usize::from(a)]) + usize::from(self.log[usize::from(b)])]
    }

    /// `a / b`; `b` must not be zero.
    fn div(&self, a: u16, b: u16) -> u16 {
        if a == 0 {
            return 0;
        }
        let log = usize::from(self.log[usize::from(a)]) + self.order();
        self.exp[log - usize::from(self.log[usize::from(b)])]
    }

    fn power(&self, exponent: usize) -> u16 {
        self.exp[exponent % self.order()]
    }

    fn eval(&self, polynomial: &[u16], x: u16) -> u16 {
        polynomial
            .iter()
            .rev()
            .fold(0, |sum, term| self.mul(sum, x) ^ term)
    }
}

/// Corrects `words` in place; the last `check` of them are the check words of a code whose first root is alpha^`base`.
/// Returns how many words outside `erasures` (indices) were wrong, or nothing where it cannot be corrected.
pub(super) fn correct(
    field: &Field,
    words: &mut [u16],
    check: usize,
    base: usize,
    erasures: &[usize],
) -> Option<usize> {
    let length = words.len();
    if check == 0 || length <= check || length > field.order() || erasures.len() > check {
        return None;
    }
    let syndromes = syndromes(field, words, check, base);
    if syndromes.iter().all(|s| *s == 0) {
        return Some(0);
    }
    let locator = locator(field, &syndromes, length, erasures)?;
    let degree = locator.len() - 1;
    let mut product = vec![0; check];
    for (i, &s) in syndromes.iter().enumerate() {
        for (j, &l) in locator.iter().enumerate().take(check - i) {
            product[i + j] ^= field.mul(s, l);
        }
    }
    let (mut roots, mut wrong) = (0, 0);
    for (index, word) in words.iter_mut().enumerate() {
        let place = length - 1 - index;
        let inverse = field.power(field.order() - place % field.order());
        if field.eval(&locator, inverse) != 0 {
            continue;
        }
        roots += 1;
        // The derivative over GF(2^m) keeps the odd terms alone.
        let slope = (1..locator.len()).step_by(2).fold(0, |sum, i| {
            sum ^ field.mul(locator[i], field.power((i - 1) * (field.order() - place)))
        });
        if slope == 0 {
            return None;
        }
        let value = field.div(field.eval(&product, inverse), slope);
        let shift = field.power(place * (field.order() + 1 - base));
        let error = field.mul(value, shift);
        if error != 0 && !erasures.contains(&index) {
            wrong += 1;
        }
        *word ^= error;
    }
    (roots == degree).then_some(wrong)
}

fn syndromes(field: &Field, words: &[u16], check: usize, base: usize) -> Vec<u16> {
    (0..check)
        .map(|i| {
            let root = field.power(base + i);
            words
                .iter()
                .fold(0, |sum, word| field.mul(sum, root) ^ word)
        })
        .collect()
}

fn locator(
    field: &Field,
    syndromes: &[u16],
    length: usize,
    erasures: &[usize],
) -> Option<Vec<u16>> {
    let check = syndromes.len();
    let known = erasures.len();
    let mut locator = vec![0_u16; check + 1];
    locator[0] = 1;
    for &index in erasures {
        let place = field.power(length - 1 - index);
        for j in (1..=check).rev() {
            locator[j] ^= field.mul(locator[j - 1], place);
        }
    }
    let mut previous = locator.clone();
    let mut degree = known;
    for step in known..check {
        let gap = (0..=degree.min(step))
            .fold(0, |sum, j| sum ^ field.mul(locator[j], syndromes[step - j]));
        previous.rotate_right(1);
        previous[0] = 0;
        if gap == 0 {
            continue;
        }
        let next: Vec<u16> = locator
            .iter()
            .zip(&previous)
            .map(|(l, p)| l ^ field.mul(gap, *p))
            .collect();
        if 2 * degree <= step + known {
            previous = locator.iter().map(|l| field.div(*l, gap)).collect();
            degree = step + 1 + known - degree;
        }
        locator = next;
    }
    let real = locator.iter().rposition(|term| *term != 0)?;
    locator.truncate(real + 1);
    (real == degree && 2 * (degree - known.min(degree)) + known <= check).then_some(locator)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Appends check words by polynomial division.
    fn encode(field: &Field, data: &[u16], check: usize, base: usize) -> Vec<u16> {
        let mut generator = vec![1_u16];
        for i in 0..check {
            let root = field.power(base + i);
            let mut next = generator.clone();
            next.push(0);
            for (j, term) in generator.iter().enumerate() {
                next[j + 1] ^= field.mul(*term, root);
            }
            generator = next;
        }
        let mut rest = data.to_vec();
        rest.resize(data.len() + check, 0);
        for i in 0..data.len() {
            let lead = rest[i];
            for (j, term) in generator.iter().enumerate() {
                rest[i + j] ^= field.mul(*term, lead);
            }
        }
        [data, &rest[data.len()..]].concat()
    }

    proptest! {
        #[test]
        fn errors_and_erasures_up_to_the_bound_are_corrected(
            data in proptest::collection::vec(0_u16..256, 5..60),
            check in 4_usize..30,
            base in 0_usize..2,
            seed in any::<u64>(),
            share in 0_usize..=100,
        ) {
            let field = Field::new(8, if base == 0 { 0x11D } else { 0x12D });
            let sent = encode(&field, &data, check, base);
            let erased = check * share / 100;
            let errors = (check - erased) / 2;
            let mut places: Vec<usize> = (0..sent.len()).collect();
            let mut dice = seed | 1;
            let mut roll = |below: usize| {
                dice ^= dice << 13;
                dice ^= dice >> 7;
                dice ^= dice << 17;
                (dice % below as u64) as usize
            };
            for i in 0..places.len() {
                let j = i + roll(places.len() - i);
                places.swap(i, j);
            }
            let mut received = sent.clone();
            for &place in &places[..(erased + errors).min(sent.len())] {
                received[place] ^= 1 + roll(255) as u16;
            }
            let wrong = correct(&field, &mut received, check, base, &places[..erased.min(sent.len())]);
            prop_assert!(wrong.is_some());
            prop_assert_eq!(received, sent);
        }

        #[test]
        fn noise_never_panics(
            mut words in proptest::collection::vec(0_u16..256, 0..80),
            check in 0_usize..40,
        ) {
            let field = Field::new(8, 0x11D);
            let _ = correct(&field, &mut words, check, 0, &[]);
        }
    }

    #[test]
    fn small_and_large_fields_work() {
        for (bits, polynomial) in [(4, 0x13), (6, 0x43), (10, 0x409), (12, 0x1069)] {
            let field = Field::new(bits, polynomial);
            let sent = encode(&field, &[1, 2, 3, 4], 6, 1);
            let mut received = sent.clone();
            received[0] ^= 5;
            received[7] ^= 3;
            assert_eq!(correct(&field, &mut received, 6, 1, &[]), Some(2));
            assert_eq!(received, sent);
        }
    }
}
