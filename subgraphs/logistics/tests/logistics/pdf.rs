//! Reads labels: what text a PDF has, and which rectangles are filled. As much of the format as labels use.

use std::collections::HashMap;
use std::io::Read;

use flate2::read::ZlibDecoder;

/// A rectangle in points from the top left: left, top, width and height.
pub type Place = (f32, f32, f32, f32);

/// A PDF of one page.
pub struct Pdf {
    size: (f32, f32),
    text: String,
    filled: Vec<Place>,
}

impl Pdf {
    pub fn read(bytes: &[u8]) -> Self {
        assert!(bytes.starts_with(b"%PDF-"));
        let objects = objects(bytes);
        let page =
            objects.values().find(|object| object.says("/Type/Page") && !object.says("/Type/Pages")).unwrap();
        let size = page.numbers_after("/MediaBox");
        let content = &objects[&page.reference_after("/Contents")];
        let fonts = fonts(&objects, page);
        let mut pdf = Self { size: (size[2], size[3]), text: String::new(), filled: Vec::new() };
        pdf.run(&tokens(&content.stream), &fonts);
        pdf
    }

    pub fn size(&self) -> (f32, f32) {
        self.size
    }

    /// What is written, line by line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is filled and as high as a place, from left to right.
    pub fn filled_in(&self, top: f32, bottom: f32) -> Vec<Place> {
        let is_in = |place: &&Place| place.1 >= top - 0.1 && place.1 + place.3 <= bottom + 0.1;
        let mut found: Vec<Place> = self.filled.iter().filter(is_in).copied().collect();
        found.sort_by(|a, b| (a.1, a.0).partial_cmp(&(b.1, b.0)).unwrap());
        found
    }

    fn run(&mut self, tokens: &[Token], fonts: &HashMap<String, HashMap<u32, String>>) {
        let (mut operands, mut path, mut scale): (Vec<Token>, Vec<(f32, f32)>, _) =
            (Vec::new(), Vec::new(), 1.0);
        let mut font = None;
        for token in tokens {
            let Token::Word(word) = token else {
                operands.push(token.clone());
                continue;
            };
            let number = |index: usize| operands.get(index).and_then(Token::number).unwrap();
            match word.as_str() {
                // Pages are turned upside down, each time anew.
                "cm" => scale = number(3).signum(),
                "m" | "l" => path.push((number(0), number(1))),
                "re" => path.extend([(number(0), number(1)), (number(0) + number(2), number(1) + number(3))]),
                "f" | "f*" => path.clear(),
                "Tf" => font = fonts.get(operands.first().and_then(Token::name).unwrap()),
                "Tj" | "TJ" => {
                    for token in &operands {
                        if let Token::Text(codes) = token {
                            let read = |pair: &[u8]| {
                                let code = u32::from(pair[0]) << 8 | u32::from(pair[1]);
                                font.unwrap().get(&code).cloned().unwrap_or_default()
                            };
                            self.text.extend(codes.chunks(2).map(read));
                        }
                    }
                }
                "ET" => self.text.push('\n'),
                _ => {}
            }
            let is_closed = matches!(word.as_str(), "h" | "re");
            if is_closed && !path.is_empty() {
                self.filled.push(self.place(&path, scale));
                path.clear();
            }
            operands.clear();
        }
    }

    fn place(&self, path: &[(f32, f32)], scale: f32) -> Place {
        let edges = |values: Vec<f32>| {
            let least = values.iter().copied().fold(f32::INFINITY, f32::min);
            (least, values.iter().copied().fold(f32::NEG_INFINITY, f32::max))
        };
        let (left, right) = edges(path.iter().map(|point| point.0).collect());
        let (low, high) = edges(path.iter().map(|point| point.1).collect());
        let top = if scale < 0.0 { low } else { self.size.1 - high };
        (left, top, right - left, high - low)
    }
}

/// Something that has a number in a PDF.
struct Object {
    text: String,
    stream: Vec<u8>,
}

impl Object {
    fn says(&self, words: &str) -> bool {
        self.text.replace([' ', '\n'], "").contains(words)
            && self
                .text
                .replace([' ', '\n'], "")
                .split(words)
                .nth(1)
                .is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric()))
    }

    fn after(&self, key: &str) -> Option<&str> {
        self.text.split_once(key).map(|(_, after)| after)
    }

    fn numbers_after(&self, key: &str) -> Vec<f32> {
        let list = self.after(key).unwrap().split_once('[').unwrap().1.split_once(']').unwrap().0;
        list.split_whitespace().map(|number| number.parse().unwrap()).collect()
    }

    fn reference_after(&self, key: &str) -> u32 {
        self.after(key).unwrap().split_whitespace().next().unwrap().parse().unwrap()
    }
}

fn find(bytes: &[u8], text: &[u8], from: usize) -> Option<usize> {
    bytes[from..].windows(text.len()).position(|window| window == text).map(|at| at + from)
}

fn objects(bytes: &[u8]) -> HashMap<u32, Object> {
    let (mut objects, mut from) = (HashMap::new(), 0);
    while let Some(at) = find(bytes, b" 0 obj", from) {
        let begin =
            bytes[..at].iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |before| before + 1);
        let number = String::from_utf8_lossy(&bytes[begin..at]).parse().unwrap();
        let end = find(bytes, b"endobj", at).unwrap();
        let streams = find(bytes, b"stream", at).filter(|stream| *stream < end);
        let text = String::from_utf8_lossy(&bytes[at + 6..streams.unwrap_or(end)]).into_owned();
        let (mut stream, mut next) = (Vec::new(), end);
        if let Some(begin) = streams {
            let length = text.split_once("/Length ").unwrap().1;
            let length =
                length.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse::<usize>().unwrap();
            let begin = begin + if bytes[begin + 6] == b'\r' { 8 } else { 7 };
            stream = bytes[begin..begin + length].to_vec();
            next = begin + length;
            if text.contains("/FlateDecode") {
                let mut plain = Vec::new();
                ZlibDecoder::new(&*stream).read_to_end(&mut plain).unwrap();
                stream = plain;
            }
        }
        objects.insert(number, Object { text, stream });
        from = next;
    }
    objects
}

/// What the codes of each font mean, by the font's name on the page.
fn fonts(objects: &HashMap<u32, Object>, page: &Object) -> HashMap<String, HashMap<u32, String>> {
    let resources = match page.after("/Resources").map(str::trim_start) {
        Some(inline) if inline.starts_with("<<") => inline.to_owned(),
        _ => objects[&page.reference_after("/Resources")].text.clone(),
    };
    let list = resources
        .split_once("/Font")
        .unwrap()
        .1
        .split_once(">>")
        .unwrap()
        .0
        .replace("<<", " ")
        .replace('/', " /");
    let words: Vec<&str> = list.split_whitespace().collect();
    let of = |pair: &[&str]| {
        let font = &objects[&pair[1].parse().unwrap()];
        let map = &objects[&font.reference_after("/ToUnicode")];
        (pair[0].trim_start_matches('/').to_owned(), meanings(&String::from_utf8_lossy(&map.stream)))
    };
    words.chunks(4).filter(|chunk| chunk.len() == 4).map(of).collect()
}

fn meanings(map: &str) -> HashMap<u32, String> {
    let mut meanings = HashMap::new();
    for block in map.split("beginbfchar").skip(1) {
        let block = block.split("endbfchar").next().unwrap();
        let hex: Vec<&str> = block.split(['<', '>']).map(str::trim).filter(|part| !part.is_empty()).collect();
        for pair in hex.chunks(2) {
            let units: Vec<u16> = (0..pair[1].len() / 4)
                .map(|index| u16::from_str_radix(&pair[1][index * 4..index * 4 + 4], 16).unwrap())
                .collect();
            meanings.insert(u32::from_str_radix(pair[0], 16).unwrap(), String::from_utf16(&units).unwrap());
        }
    }
    assert!(!map.contains("beginbfrange"), "ranges are not read");
    meanings
}

/// A part of a content stream.
#[derive(Debug, Clone)]
enum Token {
    Number(f32),
    Name(String),
    Text(Vec<u8>),
    Word(String),
}

impl Token {
    fn number(&self) -> Option<f32> {
        if let Self::Number(value) = self { Some(*value) } else { None }
    }

    fn name(&self) -> Option<&str> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }
}

fn tokens(content: &[u8]) -> Vec<Token> {
    let (mut tokens, mut at) = (Vec::new(), 0);
    let is_end = |byte: u8| byte.is_ascii_whitespace() || b"()<>[]/".contains(&byte);
    while at < content.len() {
        match content[at] {
            byte if byte.is_ascii_whitespace() || b"[]".contains(&byte) => at += 1,
            b'(' => {
                let (text, next) = literal(content, at + 1);
                tokens.push(Token::Text(text));
                at = next;
            }
            b'<' if content.get(at + 1) == Some(&b'<') => at += 2,
            b'>' => at += 1,
            b'<' => {
                let end = at + content[at..].iter().position(|byte| *byte == b'>').unwrap();
                let hex = String::from_utf8_lossy(&content[at + 1..end]).into_owned();
                let byte = |index: usize| u8::from_str_radix(&hex[index * 2..index * 2 + 2], 16).unwrap();
                tokens.push(Token::Text((0..hex.len() / 2).map(byte).collect()));
                at = end + 1;
            }
            first => {
                let length = content[at + 1..].iter().position(|byte| is_end(*byte));
                let end = length.map_or(content.len(), |length| at + 1 + length);
                let word = String::from_utf8_lossy(&content[at..end]).into_owned();
                tokens.push(match (first, word.parse()) {
                    (b'/', _) => Token::Name(word[1..].to_owned()),
                    (_, Ok(number)) => Token::Number(number),
                    (_, Err(_)) => Token::Word(word),
                });
                at = end;
            }
        }
    }
    tokens
}

/// A text in round brackets, and where it ends.
fn literal(content: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let (mut text, mut depth) = (Vec::new(), 1);
    loop {
        match content[at] {
            b'\\' => {
                at += 1;
                let digits =
                    content[at..].iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                if digits > 0 {
                    let octal = std::str::from_utf8(&content[at..at + digits]).unwrap();
                    text.push(u8::from_str_radix(octal, 8).unwrap());
                    at += digits - 1;
                } else {
                    text.push(match content[at] {
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'b' => 8,
                        b'f' => 12,
                        other => other,
                    });
                }
            }
            b')' if depth == 1 => return (text, at + 1),
            byte => {
                depth += i32::from(byte == b'(') - i32::from(byte == b')');
                text.push(byte);
            }
        }
        at += 1;
    }
}
