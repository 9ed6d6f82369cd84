//! Pictures of the demo goods, drawn as SVG: calm backgrounds, one simple shape, varied by numbers.

use std::fmt::Write;

pub const SIZE: i32 = 640;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Vessel,
    Packet,
    Lamp,
    Cloth,
    Bag,
    Paper,
}

/// The `view`-th picture of the `seed`-th product.
pub fn draw(shape: Shape, hue: u32, seed: u32, view: u32) -> String {
    let back = (hue + 150 + seed * 7) % 360;
    let turn = i64::from(seed * 37 % 17) - 8;
    let mut svg = String::with_capacity(1_600);
    let size = SIZE;
    // Writing to a String cannot fail; an error would only leave a part out.
    let mut part = |text: std::fmt::Arguments<'_>| {
        if svg.write_fmt(text).is_err() {
            svg.clear();
        }
    };
    part(format_args!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640" width="{size}" height="{size}"><defs><linearGradient id="b" x2="0" y2="1"><stop stop-color="hsl({back} 42% 94%)"/><stop offset="1" stop-color="hsl({back} 34% 82%)"/></linearGradient><linearGradient id="f" x2="1" y2="1"><stop stop-color="hsl({hue} 46% 62%)"/><stop offset="1" stop-color="hsl({hue} 52% 36%)"/></linearGradient></defs><rect width="640" height="640" fill="url(#b)"/>"##
    ));
    let (x, y, r) = (120 + seed * 53 % 400, 110 + seed * 31 % 160, 60 + seed * 17 % 90);
    part(format_args!(r##"<circle cx="{x}" cy="{y}" r="{r}" fill="#fff" opacity=".45"/>"##));
    part(format_args!(
        r##"<ellipse cx="320" cy="520" rx="210" ry="26" fill="hsl({back} 30% 40%)" opacity=".25"/>"##
    ));
    let zoom = if view == 0 { "1" } else { "1.45" };
    part(format_args!(
        r##"<g transform="translate(320 330) rotate({turn}) scale({zoom}) translate(-320 -330)" fill="url(#f)">"##
    ));
    let accent = (hue + 40 + seed * 11) % 360;
    match shape {
        Shape::Vessel => {
            let (width, height) = (110 + seed * 13 % 70, 150 + seed * 19 % 90);
            let (left, right, top) = (320 - width, 320 + width, 510 - height);
            part(format_args!(
                r##"<path d="M{left} {top}H{right}Q{right} 510 320 510T{left} {top}Z"/><ellipse cx="320" cy="{top}" rx="{width}" ry="24" fill="hsl({hue} 40% 28%)"/>"##
            ));
            let middle = top + height / 3;
            part(format_args!(
                r##"<path d="M{right} {middle}q90 -20 70 60t-100 40" fill="none" stroke="url(#f)" stroke-width="20"/>"##
            ));
        }
        Shape::Packet => {
            let top = 190 + seed * 23 % 80;
            let height = 510 - top;
            let label = top + height / 3;
            part(format_args!(
                r##"<rect x="205" y="{top}" width="230" height="{height}" rx="18"/><rect x="235" y="{label}" width="170" height="90" rx="8" fill="#fff" opacity=".85"/><circle cx="320" cy="{}" r="26" fill="hsl({accent} 60% 52%)"/>"##,
                label + 45
            ));
        }
        Shape::Lamp => {
            let spread = 90 + seed * 29 % 70;
            let (left, right) = (320 - spread, 320 + spread);
            part(format_args!(
                r##"<rect x="310" y="300" width="20" height="190"/><ellipse cx="320" cy="500" rx="90" ry="18"/><path d="M270 170H370L{right} 330H{left}Z" fill="hsl({accent} 70% 74%)"/><path d="M270 170H370L{right} 330H{left}Z" opacity=".35"/>"##
            ));
        }
        Shape::Cloth => {
            part(format_args!(r##"<rect x="170" y="220" width="300" height="290" rx="34"/>"##));
            for stripe in 0..(3 + seed % 4) {
                let (at, tint) = (250 + stripe * 46, (accent + stripe * 18) % 360);
                part(format_args!(
                    r##"<rect x="170" y="{at}" width="300" height="16" fill="hsl({tint} 55% 72%)"/>"##
                ));
            }
        }
        Shape::Bag => {
            let inset = seed * 7 % 40;
            let (left, right) = (200 + inset, 440 - inset);
            part(format_args!(
                r##"<path d="M250 270q0 -120 70 -120t70 120" fill="none" stroke="url(#f)" stroke-width="22"/><path d="M{left} 260H{right}L470 510H170Z"/><rect x="290" y="330" width="60" height="34" rx="8" fill="hsl({accent} 60% 66%)"/>"##
            ));
        }
        Shape::Paper => {
            let lines = 3 + seed % 5;
            part(format_args!(
                r##"<rect x="210" y="170" width="230" height="340" rx="12"/><rect x="210" y="170" width="34" height="340" rx="12" fill="hsl({hue} 45% 28%)"/>"##
            ));
            for line in 0..lines {
                let at = 230 + line * 30;
                part(format_args!(
                    r##"<rect x="270" y="{at}" width="{}" height="10" rx="5" fill="#fff" opacity=".8"/>"##,
                    130 - (line + seed) % 4 * 22
                ));
            }
        }
    }
    part(format_args!("</g></svg>"));
    svg
}
