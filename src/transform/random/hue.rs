//! The hue of a colour turned, through HSV in f32.

/// torchvision's `adjust_hue` of one pixel, whose samples are whole numbers in 0..=255: each sum, product and quotient is
/// rounded as there. Conditions choose between values, so that a loop runs without branches.
#[inline(always)]
pub(super) fn turned(samples: [f32; 3], shift: f32) -> [f32; 3] {
    let [red, green, blue] = samples.map(|sample| sample * (1.0 / 255.0));
    let most = largest(largest(red, green), blue);
    let least = -largest(largest(-red, -green), -blue);
    let range = most - least;
    let is_gray = range == 0.0;
    let saturation = range / if is_gray { 1.0 } else { most };
    let divisor = if is_gray { 1.0 } else { range };

    // The sixth of the circle: two of the three distances from the largest channel, and where that channel's part begins.
    let (red_leads, green_leads) = (most == red, most == green);
    let added = if red_leads { blue } else { if green_leads { red } else { green } };
    let taken = if red_leads { green } else { if green_leads { blue } else { red } };
    let begin = if red_leads { 0.0 } else { if green_leads { 2.0 } else { 4.0 } };
    let sixths = ((most - added) / divisor + begin) - (most - taken) / divisor;
    let hue = fraction(fraction(sixths * (1.0 / 6.0) + 1.0) + shift);

    let sixths = hue * 6.0;
    // A hue just below 0 has become 1.
    let sixth = sixths.floor();
    let part = sixths - sixth;
    let sixth = if sixth == 6.0 { 0.0 } else { sixth };
    let (chroma, rest) = (saturation * part, 1.0 - saturation);
    let [value, falling, rising, low] = [most, (1.0 - chroma) * most, (chroma + rest) * most, rest * most]
        .map(|unit| (unit * 255.999).floor());

    // Which of the four each channel is in the sixths 0 to 5.
    let is = |number: f32| sixth == number;
    let red = if is(0.0) | is(5.0) { value } else { low };
    let red = if is(1.0) { falling } else { red };
    let red = if is(4.0) { rising } else { red };
    let green = if is(1.0) | is(2.0) { value } else { low };
    let green = if is(3.0) { falling } else { green };
    let green = if is(0.0) { rising } else { green };
    let blue = if is(3.0) | is(4.0) { value } else { low };
    let blue = if is(5.0) { falling } else { blue };
    let blue = if is(2.0) { rising } else { blue };
    [red, green, blue]
}

/// In this form, unlike `max`, one instruction.
#[inline(always)]
fn largest(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline(always)]
fn fraction(number: f32) -> f32 {
    number - number.floor()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code of torchvision 0.29.2, line by line: `_rgb_to_hsv`, `adjust_hue_image`, `_hsv_to_rgb`.
    fn reference(samples: [u8; 3], factor: f32) -> [u8; 3] {
        let [r, g, b] = samples.map(|sample| f32::from(sample) * (1.0 / 255.0));
        let (maxc, minc) = (r.max(g).max(b), r.min(g).min(b));
        let eqc = maxc == minc;
        let s = (maxc - minc) / if eqc { 1.0 } else { maxc };
        let divisor = if eqc { 1.0 } else { maxc - minc };
        let [rc, gc, bc] = [r, g, b].map(|c| (maxc - c) / divisor);
        let h = if maxc == r {
            bc - gc
        } else if maxc == g {
            rc + 2.0 - bc
        } else {
            gc + 4.0 - rc
        };
        let h = (h * (1.0 / 6.0) + 1.0) % 1.0;
        let h = (h + factor) % 1.0;
        let h = if h < 0.0 { h + 1.0 } else { h };
        let i = (h * 6.0).floor();
        let f = h * 6.0 - i;
        let p = (1.0 - s) * maxc;
        let q = (1.0 - s * f) * maxc;
        let t = (s * f + (1.0 - s)) * maxc;
        let rgb = match i as i32 % 6 {
            0 => [maxc, t, p],
            1 => [q, maxc, p],
            2 => [p, maxc, t],
            3 => [p, q, maxc],
            4 => [t, p, maxc],
            _ => [maxc, p, q],
        };
        rgb.map(|unit| (unit.clamp(0.0, 1.0) * 255.999) as u8)
    }

    #[test]
    fn colours_turn_as_in_the_reference() {
        let steps: Vec<u8> = (0..=255).step_by(15).chain([1, 2, 127, 254]).collect();
        let mut seen = 0;
        for factor in [-0.5, -0.17, -0.05, -1e-9, 0.0, 1e-9, 0.03, 0.1, 1.0 / 3.0, 0.5] {
            for &red in &steps {
                for &green in &steps {
                    for &blue in &steps {
                        let found =
                            turned([red, green, blue].map(f32::from), factor).map(|value| value as u8);
                        assert_eq!(
                            found,
                            reference([red, green, blue], factor),
                            "{red} {green} {blue} {factor}"
                        );
                        seen += 1;
                    }
                }
            }
        }
        assert_eq!(seen, 10 * 22 * 22 * 22);
    }
}
