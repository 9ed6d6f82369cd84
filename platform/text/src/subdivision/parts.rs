//! Which parts of a country ISO 3166-2 lists within a larger part of it, for countries of two levels whose larger parts have
//! taxes of their own or may have.

/// Country, larger part, and the parts within it.
const WITHIN: &[(&str, &str, &[&str])] = &[
    ("BE", "VLG", &["VAN", "VBR", "VLI", "VOV", "VWV"]),
    ("BE", "WAL", &["WBR", "WHT", "WLG", "WLX", "WNA"]),
    ("CZ", "20", &["201", "202", "203", "204", "205", "206", "207", "208", "209", "20A", "20B", "20C"]),
    ("CZ", "31", &["311", "312", "313", "314", "315", "316", "317"]),
    ("CZ", "32", &["321", "322", "323", "324", "325", "326", "327"]),
    ("CZ", "41", &["411", "412", "413"]),
    ("CZ", "42", &["421", "422", "423", "424", "425", "426", "427"]),
    ("CZ", "51", &["511", "512", "513", "514"]),
    ("CZ", "52", &["521", "522", "523", "524", "525"]),
    ("CZ", "53", &["531", "532", "533", "534"]),
    ("CZ", "63", &["631", "632", "633", "634", "635"]),
    ("CZ", "64", &["641", "642", "643", "644", "645", "646", "647"]),
    ("CZ", "71", &["711", "712", "713", "714", "715"]),
    ("CZ", "72", &["721", "722", "723", "724"]),
    ("CZ", "80", &["801", "802", "803", "804", "805", "806"]),
    ("ES", "AN", &["AL", "CA", "CO", "GR", "H", "J", "MA", "SE"]),
    ("ES", "AR", &["HU", "TE", "Z"]),
    ("ES", "AS", &["O"]),
    ("ES", "CB", &["S"]),
    ("ES", "CL", &["AV", "BU", "LE", "P", "SA", "SG", "SO", "VA", "ZA"]),
    ("ES", "CM", &["AB", "CR", "CU", "GU", "TO"]),
    ("ES", "CN", &["GC", "TF"]),
    ("ES", "CT", &["B", "GI", "L", "T"]),
    ("ES", "EX", &["BA", "CC"]),
    ("ES", "GA", &["C", "LU", "OR", "PO"]),
    ("ES", "IB", &["PM"]),
    ("ES", "MC", &["MU"]),
    ("ES", "MD", &["M"]),
    ("ES", "NC", &["NA"]),
    ("ES", "PV", &["BI", "SS", "VI"]),
    ("ES", "RI", &["LO"]),
    ("ES", "VC", &["A", "CS", "V"]),
    ("FR", "20R", &["2A", "2B"]),
    ("FR", "ARA", &["01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "69M", "73", "74"]),
    ("FR", "BFC", &["21", "25", "39", "58", "70", "71", "89", "90"]),
    ("FR", "BRE", &["22", "29", "35", "56"]),
    ("FR", "CVL", &["18", "28", "36", "37", "41", "45"]),
    ("FR", "GES", &["08", "10", "51", "52", "54", "55", "57", "67", "68", "6AE", "88"]),
    ("FR", "HDF", &["02", "59", "60", "62", "80"]),
    ("FR", "IDF", &["75C", "77", "78", "91", "92", "93", "94", "95"]),
    ("FR", "NAQ", &["16", "17", "19", "23", "24", "33", "40", "47", "64", "79", "86", "87"]),
    ("FR", "NOR", &["14", "27", "50", "61", "76"]),
    ("FR", "OCC", &["09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82"]),
    ("FR", "PAC", &["04", "05", "06", "13", "83", "84"]),
    ("FR", "PDL", &["44", "49", "53", "72", "85"]),
    (
        "GB",
        "ENG",
        &[
            "BAS", "BBD", "BCP", "BDF", "BDG", "BEN", "BEX", "BIR", "BKM", "BNE", "BNH", "BNS", "BOL", "BPL",
            "BRC", "BRD", "BRY", "BST", "BUR", "CAM", "CBF", "CHE", "CHW", "CLD", "CMA", "CMD", "CON", "COV",
            "CRY", "DAL", "DBY", "DER", "DEV", "DNC", "DOR", "DUD", "DUR", "EAL", "ENF", "ERY", "ESS", "ESX",
            "GAT", "GLS", "GRE", "HAL", "HAM", "HAV", "HCK", "HEF", "HIL", "HMF", "HNS", "HPL", "HRT", "HRW",
            "HRY", "IOS", "IOW", "ISL", "KEC", "KEN", "KHL", "KIR", "KTT", "KWL", "LAN", "LBH", "LCE", "LDS",
            "LEC", "LEW", "LIN", "LIV", "LND", "LUT", "MAN", "MDB", "MDW", "MIK", "MRT", "NBL", "NEL", "NET",
            "NFK", "NGM", "NLN", "NNH", "NSM", "NTT", "NTY", "NWM", "NYK", "OLD", "OXF", "PLY", "POR", "PTE",
            "RCC", "RCH", "RDB", "RDG", "RIC", "ROT", "RUT", "SAW", "SFK", "SFT", "SGC", "SHF", "SHN", "SHR",
            "SKP", "SLF", "SLG", "SND", "SOL", "SOM", "SOS", "SRY", "STE", "STH", "STN", "STS", "STT", "STY",
            "SWD", "SWK", "TAM", "TFW", "THR", "TOB", "TRF", "TWH", "WAR", "WBK", "WFT", "WGN", "WIL", "WKF",
            "WLL", "WLV", "WND", "WNH", "WNM", "WOK", "WOR", "WRL", "WRT", "WSM", "WSX", "YOR",
        ],
    ),
    ("GB", "NIR", &["ABC", "AND", "ANN", "BFS", "CCG", "DRS", "FMO", "LBC", "MEA", "MUL", "NMD"]),
    (
        "GB",
        "SCT",
        &[
            "ABD", "ABE", "AGB", "ANS", "CLK", "DGY", "DND", "EAY", "EDH", "EDU", "ELN", "ELS", "ERW", "FAL",
            "FIF", "GLG", "HLD", "IVC", "MLN", "MRY", "NAY", "NLK", "ORK", "PKN", "RFW", "SAY", "SCB", "SLK",
            "STG", "WDU", "WLN", "ZET",
        ],
    ),
    (
        "GB",
        "WLS",
        &[
            "AGY", "BGE", "BGW", "CAY", "CGN", "CMN", "CRF", "CWY", "DEN", "FLN", "GWN", "MON", "MTY", "NTL",
            "NWP", "PEM", "POW", "RCT", "SWA", "TOF", "VGL", "WRX",
        ],
    ),
    ("IE", "C", &["G", "LM", "MO", "RN", "SO"]),
    ("IE", "L", &["CW", "D", "KE", "KK", "LD", "LH", "LS", "MH", "OY", "WH", "WW", "WX"]),
    ("IE", "M", &["CE", "CO", "KY", "LK", "TA", "WD"]),
    ("IE", "U", &["CN", "DL", "MN"]),
    ("IT", "21", &["AL", "AT", "BI", "CN", "NO", "TO", "VB", "VC"]),
    ("IT", "25", &["BG", "BS", "CO", "CR", "LC", "LO", "MB", "MI", "MN", "PV", "SO", "VA"]),
    ("IT", "32", &["BZ", "TN"]),
    ("IT", "34", &["BL", "PD", "RO", "TV", "VE", "VI", "VR"]),
    ("IT", "36", &["GO", "PN", "TS", "UD"]),
    ("IT", "42", &["GE", "IM", "SP", "SV"]),
    ("IT", "45", &["BO", "FC", "FE", "MO", "PC", "PR", "RA", "RE", "RN"]),
    ("IT", "52", &["AR", "FI", "GR", "LI", "LU", "MS", "PI", "PO", "PT", "SI"]),
    ("IT", "55", &["PG", "TR"]),
    ("IT", "57", &["AN", "AP", "FM", "MC", "PU"]),
    ("IT", "62", &["FR", "LT", "RI", "RM", "VT"]),
    ("IT", "65", &["AQ", "CH", "PE", "TE"]),
    ("IT", "67", &["CB", "IS"]),
    ("IT", "72", &["AV", "BN", "CE", "NA", "SA"]),
    ("IT", "75", &["BA", "BR", "BT", "FG", "LE", "TA"]),
    ("IT", "77", &["MT", "PZ"]),
    ("IT", "78", &["CS", "CZ", "KR", "RC", "VV"]),
    ("IT", "82", &["AG", "CL", "CT", "EN", "ME", "PA", "RG", "SR", "TP"]),
    ("IT", "88", &["CA", "NU", "OR", "SS", "SU"]),
];

/// The code of the larger part that the part with this code lies in.
pub fn part_of(country: &str, code: &str) -> Option<&'static str> {
    let is_within = |(of, _, parts): &&(&str, &str, &[&str])| *of == country && parts.contains(&code);
    WITHIN.iter().find(is_within).map(|(_, larger, _)| *larger)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subdivision;

    #[test]
    fn provinces_and_departments_lie_in_their_regions() {
        for (country, part, larger) in [
            ("ES", "Las Palmas", "CN"),
            ("FR", "Haute-Corse", "20R"),
            ("GB", "Edinburgh, City of", "SCT"),
            ("BE", "Antwerpen", "VLG"),
            ("IT", "Bozen", "32"),
        ] {
            let of_part = subdivision(country, part).and_then(|code| part_of(country, code));
            assert_eq!(of_part, Some(larger), "{part}");
            assert_eq!(part_of(country, larger), None);
        }
        assert_eq!(part_of("US", "CA"), None);
    }

    #[test]
    fn every_part_and_every_larger_one_is_listed() {
        for (country, larger, parts) in WITHIN {
            assert_eq!(subdivision(country, larger), Some(*larger));
            for part in *parts {
                assert_eq!(subdivision(country, part), Some(*part), "{country} {part}");
            }
        }
    }
}
