//! Pictures to learn from: six shapes in any colour, place and size, on backgrounds with noise.

use std::error::Error;
use std::path::Path;

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

const SIDE: usize = 64;
const PICTURES: usize = 1200;
const TRAIN: usize = 1000;

/// The names of the shapes and their corners within -1..=1, `y` downward. Those without corners are round.
const SHAPES: [(&str, &[[f32; 2]]); 6] = [
    ("circle", &[]),
    (
        "cross",
        &[
            [-0.3, -1.0],
            [0.3, -1.0],
            [0.3, -0.3],
            [1.0, -0.3],
            [1.0, 0.3],
            [0.3, 0.3],
            [0.3, 1.0],
            [-0.3, 1.0],
            [-0.3, 0.3],
            [-1.0, 0.3],
            [-1.0, -0.3],
            [-0.3, -0.3],
        ],
    ),
    ("ring", &[]),
    ("square", &[[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]]),
    (
        "star",
        &[
            [0.0, -1.0],
            [0.235, -0.324],
            [0.951, -0.309],
            [0.38, 0.124],
            [0.588, 0.809],
            [0.0, 0.4],
            [-0.588, 0.809],
            [-0.38, 0.124],
            [-0.951, -0.309],
            [-0.235, -0.324],
        ],
    ),
    ("triangle", &[[0.0, -1.0], [0.95, 0.75], [-0.95, 0.75]]),
];

/// Draws 1,000 pictures into `train/` and 200 into `val/`, each in the folder of its class. A seed has one set of pictures.
///
/// # Errors
///
/// A file cannot be written.
pub(crate) fn draw(folder: &Path, seed: u64) -> Result<(), Box<dyn Error>> {
    for number in 0..PICTURES {
        let mut random = Random(Random(seed).next() ^ Random(number as u64).next());
        let shape = number % SHAPES.len();
        let mut jpeg = Vec::new();
        let quality = random.between(60.0, 95.0) as u8;
        JpegEncoder::new_with_quality(&mut jpeg, quality).encode(
            &picture(shape, &mut random),
            SIDE as u32,
            SIDE as u32,
            ExtendedColorType::Rgb8,
        )?;
        let split = if number < TRAIN { "train" } else { "val" };
        let class = folder.join(split).join(SHAPES[shape].0);
        let file = class.join(format!("{number:04}.jpg"));
        let written = std::fs::create_dir_all(&class).and_then(|()| std::fs::write(&file, jpeg));
        written.map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

/// The pixels `[H, W, 3]` of one picture.
fn picture(shape: usize, random: &mut Random) -> Vec<u8> {
    let radius = random.between(12.0, 26.0);
    let center = [(); 2].map(|()| random.between(radius + 2.0, SIDE as f32 - radius - 2.0));
    let turn = random.between(-0.25, 0.25);
    let (cos, sin) = (1.0 / (1.0 + turn * turn).sqrt(), turn / (1.0 + turn * turn).sqrt());

    // The background goes from one colour to a similar one; the ink is far from it.
    let near = random.color();
    let far = near.map(|value| value + random.between(-50.0, 50.0));
    let ink = loop {
        let ink = random.color();
        let distance: f32 = ink.iter().zip(near).map(|(a, b)| (a - b).abs()).sum();
        if distance > 220.0 {
            break ink;
        }
    };
    let (slope, noise) = (random.between(0.0, 1.0), random.between(0.0, 30.0));

    let mut pixels = Vec::with_capacity(SIDE * SIDE * 3);
    for place in 0..SIDE * SIDE {
        let (x, y) = ((place % SIDE) as f32, (place / SIDE) as f32);
        // How much of the pixel the shape covers, from 9 points.
        let points = (0..9).filter(|point| {
            let dx = x + ((point % 3) as f32 + 0.5) / 3.0 - center[0];
            let dy = y + ((point / 3) as f32 + 0.5) / 3.0 - center[1];
            covers(shape, (dx * cos + dy * sin) / radius, (dy * cos - dx * sin) / radius)
        });
        let covered = points.count() as f32 / 9.0;
        let along = (slope * x + (1.0 - slope) * y) / SIDE as f32;
        for channel in 0..3 {
            let background = near[channel] + (far[channel] - near[channel]) * along;
            let value = background + (ink[channel] - background) * covered;
            pixels.push((value + noise * random.between(-1.0, 1.0)) as u8);
        }
    }
    pixels
}

fn covers(shape: usize, x: f32, y: f32) -> bool {
    match SHAPES[shape] {
        ("circle", _) => x * x + y * y < 1.0,
        ("ring", _) => (0.3..1.0).contains(&(x * x + y * y)),
        // A line from the point to the right crosses the outline an odd number of times.
        (_, corners) => {
            let edges = corners.iter().zip(corners.iter().cycle().skip(1));
            let crossed = |[[ax, ay], [bx, by]]: [&[f32; 2]; 2]| {
                (*ay > y) != (*by > y) && x < ax + (bx - ax) * (y - ay) / (by - ay)
            };
            edges.filter(|(a, b)| crossed([a, b])).count() % 2 == 1
        }
    }
}

/// SplitMix64, which is the same in every version; crates of random numbers do not promise that.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn between(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * (self.next() >> 40) as f32 / (1 << 24) as f32
    }

    fn color(&mut self) -> [f32; 3] {
        [(); 3].map(|()| self.between(0.0, 255.0))
    }
}
