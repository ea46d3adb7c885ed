//! Identity numbers, addresses and telephones of Brazil.

use super::around::{alone, national};
use super::checks::{digits, is_uniform, weighted_sum};
use super::numerals::is_date;
use super::{Near, PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // Receita Federal, Cadastro de Pessoas Físicas: nine digits and two check digits modulo 11.
    Prebuilt {
        name: "br_cpf",
        regex: r"(?-u:\b[0-9]{3}\.[0-9]{3}\.[0-9]{3}[-/ .]?[0-9]{2}\b)",
        check: cpf,
        stands: alone,
        ..PLAIN
    },
    Prebuilt {
        name: "br_cpf_unformatted",
        regex: r"(?-u:\b[0-9]{9}-?[0-9]{2}\b)",
        check: cpf,
        stands: national,
        ..PLAIN
    },
    // Receita Federal, Cadastro Nacional da Pessoa Jurídica; letters by Instrução Normativa 2.229/2024, where they are
    // recognised with their punctuation only.
    Prebuilt {
        name: "br_cnpj",
        regex: r"(?-u:\b[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-?[0-9]{2}\b|\b[0-9]{8}/?[0-9]{4}-?[0-9]{2}\b)",
        check: cnpj,
        stands: alone,
        ..PLAIN
    },
    // Carteira de identidade (Lei 7.116/1983). Each state numbers by rules of its own, most with one check digit, which
    // is why only the form is looked at.
    Prebuilt {
        name: "br_rg",
        regex: r"(?-u:\b(?:[A-Z]{2}-?)?[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}(?:-?[0-9X])?\b)",
        stands: alone,
        near: Some(Near {
            words: r"(?:\b|_)RG(?:\b|_)|registro geral|(?:carteira|c[eé]dula|documento|n[uú]mero)(?: de)? identidade|\bidentidade\b|\bSSP\b|\bDetran\b|(?:brazilian|brazil) (?:id|identity)",
            within: 40,
        }),
        ..PLAIN
    },
    // Correios, Código de Endereçamento Postal: region 0 begins at 01000.
    Prebuilt {
        name: "br_cep",
        regex: r"(?-u:\b(?:0[1-9]|[1-9][0-9])\.?[0-9]{3}-[0-9]{3}\b|\b(?:0[1-9]|[1-9][0-9])\.?[0-9]{6}\b)",
        check: cep,
        stands: alone,
        near: Some(Near {
            words: r"(?:\b|_)cep(?:\b|_)|c[oó]digo postal|endere[cç]o|\brua\b|\bavenida\b|\bav\.|\bbairro|\bbra[sz]il\b|\bzip|postal code|postcode|\b(?-i:AC|AL|AP|AM|BA|CE|DF|ES|GO|MA|MT|MS|MG|PA|PB|PR|PE|PI|RJ|RN|RS|RO|RR|SC|SP|SE|TO)\b",
            within: 40,
        }),
        ..PLAIN
    },
    // Anatel, Plano de Numeração do Serviço Telefônico Fixo (Resolução 749/2022): area code and eight digits, the first
    // of which is 2 to 5. Ten digits alone are anything: a group has to show.
    Prebuilt {
        name: "br_phone_landline",
        regex: r"(?-u:(?:(?:\+|\b00)55[ .-]?)?(?:\(0?[1-9]{2}\) ?|\b0?[1-9]{2}[ .-])[2-5][0-9]{3}[ .-]?[0-9]{4}\b|\+55[1-9]{2}[2-5][0-9]{7}\b)",
        check: area_code,
        stands: national,
        ..PLAIN
    },
    // Anatel, Serviço Móvel Pessoal: area code and nine digits, the first of which is 9.
    Prebuilt {
        name: "br_phone_mobile",
        regex: r"(?-u:(?:(?:\+|\b00)55[ .-]?)?(?:\(0?[1-9]{2}\) ?|\b0?[1-9]{2}[ .-]?)9[ .-]?[0-9]{4}[ .-]?[0-9]{4}\b|(?:\+|\b)55[1-9]{2}9[0-9]{8}\b)",
        check: area_code,
        stands: national,
        ..PLAIN
    },
];

/// The area codes ("DDD") in use, by their first digit.
const AREA_CODES: [(u8, &[u8]); 9] = [
    (1, &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
    (2, &[1, 2, 4, 7, 8]),
    (3, &[1, 2, 3, 4, 5, 7, 8]),
    (4, &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
    (5, &[1, 3, 4, 5]),
    (6, &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
    (7, &[1, 3, 4, 5, 7, 9]),
    (8, &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
    (9, &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
];

fn cpf(candidate: &str) -> bool {
    let digits = digits(candidate);
    let is_right = |length: u32| {
        let weights: Vec<u32> = (2..=length + 1).rev().collect();
        let check = check_digit(weighted_sum(&digits, &weights));
        digits.get(weights.len()).is_some_and(|digit| u32::from(*digit) == check)
    };
    digits.len() == 11 && !is_uniform(&digits) && is_right(9) && is_right(10)
}

/// Letters count as their ASCII code less that of the digit zero.
fn cnpj(candidate: &str) -> bool {
    const WEIGHTS: [u32; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    let symbols = candidate.bytes().filter(u8::is_ascii_alphanumeric);
    let values: Vec<u8> = symbols.map(|symbol| symbol.to_ascii_uppercase() - b'0').collect();
    let is_right = |skipped: usize| {
        let weights = WEIGHTS.get(skipped..).unwrap_or_default();
        let check = check_digit(weighted_sum(&values, weights));
        values.get(weights.len()).is_some_and(|digit| u32::from(*digit) == check)
    };
    values.len() == 14 && !is_uniform(&values) && is_right(1) && is_right(0)
}

fn check_digit(sum: u32) -> u32 {
    match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

/// Without its hyphen it may be a date.
fn cep(candidate: &str) -> bool {
    candidate.contains('-') || !is_date(&digits(candidate))
}

fn area_code(candidate: &str) -> bool {
    let digits = digits(candidate);
    let mut national = digits.as_slice();
    national = national.strip_prefix(&[0, 0]).unwrap_or(national);
    if national.len() > 11 {
        national = national.strip_prefix(&[5, 5]).unwrap_or(national);
    }
    national = national.strip_prefix(&[0]).unwrap_or(national);
    let [first, second, ..] = national else { return false };
    AREA_CODES.iter().any(|(tens, units)| tens == first && units.contains(second))
}
