//! Where the models lie, and loading them.
//!
//! When: `make models` fetches them at set-up and the bundle carries them; nothing is fetched at run time.

use std::fs::File;
use std::path::{Path, PathBuf};

use rten::{ModelOptions, OpRegistry};
use rten_onnx::onnx::{GraphProto, ModelProto};

use super::CardError;
use super::read::net::{self, Net};
use super::read::recognise::Recogniser;

/// Which of the two pairs of models reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pair {
    /// PP-OCRv6 small: the better reader.
    #[default]
    Small,
    /// PP-OCRv6 tiny: less than half the work, for slow tablets.
    Light,
}

impl Pair {
    const fn suffix(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Light => "tiny",
        }
    }
}

/// The folder with the models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Models {
    folder: PathBuf,
}

impl Models {
    /// Looks for the models: in `ZGODA_MODELS`, beside the executable (`models/`), in `../share/zgoda/models` and `../lib/zgoda/models`, and,
    /// for a build that was not installed, in `models/` of the repository.
    ///
    /// # Errors
    /// [`CardError::ModelsMissing`] where none of the folders holds them; where `ZGODA_MODELS` is set, no other is tried.
    pub fn find() -> Result<Self, CardError> {
        let named = std::env::var_os("ZGODA_MODELS").map(PathBuf::from);
        let places = named.map_or_else(usual_places, |folder| vec![folder]);
        places
            .into_iter()
            .map(Self::in_folder)
            .find_map(Result::ok)
            .ok_or(CardError::ModelsMissing)
    }

    /// The models in `folder`: for a shell that knows where its bundle keeps them.
    ///
    /// # Errors
    /// [`CardError::ModelsMissing`] where a file is not there.
    pub fn in_folder(folder: PathBuf) -> Result<Self, CardError> {
        let models = Self { folder };
        let whole = [Pair::Small, Pair::Light]
            .iter()
            .flat_map(|pair| models.files(*pair))
            .all(|file| file.is_file());
        whole.then_some(models).ok_or(CardError::ModelsMissing)
    }

    /// The light one looks over the whole photo in both pairs.
    pub(super) fn load_detector(&self, pair: Pair) -> Result<Net, CardError> {
        let [detector, ..] = self.files(pair);
        let graph = load(&detector)?.graph.ok_or(CardError::ModelsDamaged)?;
        Net::of(&graph, output(&graph)?)
    }

    pub(super) fn load_recogniser(&self, pair: Pair) -> Result<Recogniser, CardError> {
        let [_, recogniser, letters] = self.files(pair);
        let letters = std::fs::read_to_string(letters).map_err(|_| CardError::ModelsMissing)?;
        let mut model = load(&recogniser)?;
        let graph = model.graph.as_ref().ok_or(CardError::ModelsDamaged)?;
        // The pool makes one row of what the convolutions found.
        let seen = net::input_of(graph, "AveragePool").ok_or(CardError::ModelsDamaged)?;
        let looks = Net::of(graph, seen)?;
        let behind = net::behind(graph, seen);
        model.graph = behind;
        let reads = model.write_buf().map_err(|_| CardError::ModelsDamaged)?;
        let reads = ModelOptions::with_ops(operators())
            .prepack_weights(true)
            .load(reads)
            .map_err(|_| CardError::ModelsDamaged)?;
        Ok(Recogniser {
            looks,
            reads,
            letters: letters.lines().filter_map(|l| l.chars().next()).collect(),
        })
    }

    fn files(&self, pair: Pair) -> [PathBuf; 3] {
        let suffix = pair.suffix();
        [
            format!("det_{suffix}.onnx"),
            format!("rec_{suffix}.onnx"),
            format!("rec_{suffix}.txt"),
        ]
        .map(|name| self.folder.join(name))
    }
}

fn load(file: &Path) -> Result<ModelProto, CardError> {
    let file = File::open(file).map_err(|_| CardError::ModelsMissing)?;
    ModelProto::parse_file(file).map_err(|_| CardError::ModelsDamaged)
}

fn output(graph: &GraphProto) -> Result<&str, CardError> {
    let output = graph
        .output
        .first()
        .and_then(|output| output.name.as_deref());
    output.ok_or(CardError::ModelsDamaged)
}

/// What the recognisers are made of behind the pixels: rten's other operators are left out of the binary.
fn operators() -> OpRegistry {
    rten::op_registry!(
        Add,
        AveragePool,
        BatchNormalization,
        Cast,
        Concat,
        Conv,
        Div,
        HardSigmoid,
        Identity,
        MatMul,
        Mul,
        Pow,
        ReduceMean,
        Reshape,
        Shape,
        Sigmoid,
        Slice,
        Softmax,
        Sqrt,
        Squeeze,
        Sub,
        Transpose,
        Unsqueeze
    )
}

fn usual_places() -> Vec<PathBuf> {
    let mut places = Vec::new();
    if let Some(bin) = std::env::current_exe()
        .ok()
        .as_deref()
        .and_then(Path::parent)
    {
        places.push(bin.join("models"));
        places.push(bin.join("../share/zgoda/models"));
        places.push(bin.join("../lib/zgoda/models"));
        // target/release/zgoda and target/debug/deps/test: the repository is two or three floors up.
        places.push(bin.join("../../models"));
        places.push(bin.join("../../../models"));
    }
    #[cfg(debug_assertions)]
    places.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../models"));
    places
}

#[cfg(test)]
mod tests {
    use rten::Model;
    use rten_tensor::prelude::*;
    use rten_tensor::{NdTensor, Tensor};

    use super::*;
    use crate::card::read::net::{Map, Workroom};

    /// The models; none where they were not fetched and are not required.
    fn models() -> Option<Models> {
        match Models::find() {
            Ok(models) => Some(models),
            Err(error) if std::env::var_os("ZGODA_REQUIRE_MODELS").is_some() => panic!("{error}"),
            Err(_) => None,
        }
    }

    /// Strokes in a box of 4 by 6: left, top, right, bottom.
    const fn strokes(letter: char) -> &'static [[usize; 4]] {
        match letter {
            'E' => &[[0, 0, 1, 6], [0, 0, 4, 1], [1, 2, 3, 3], [0, 5, 4, 6]],
            'F' => &[[0, 0, 1, 6], [0, 0, 4, 1], [1, 2, 3, 3]],
            'H' => &[[0, 0, 1, 6], [1, 2, 3, 3], [3, 0, 4, 6]],
            'I' => &[[0, 0, 1, 6]],
            'L' => &[[0, 0, 1, 6], [0, 5, 4, 6]],
            'T' => &[[0, 0, 5, 1], [2, 0, 3, 6]],
            _ => &[],
        }
    }

    /// A dark text on light, its letters' strokes `unit` pixels wide.
    fn picture([height, width]: [usize; 2], text: &str, unit: usize) -> Map {
        let mut plane = vec![0.9; height * width];
        let (mut left, top) = (2 * unit, (height - 6 * unit) / 2);
        for letter in text.chars() {
            for [x, y, right, bottom] in strokes(letter) {
                for row in top + y * unit..top + bottom * unit {
                    plane[row * width..][left + x * unit..left + right * unit].fill(-0.8);
                }
            }
            let wide = strokes(letter).iter().map(|stroke| stroke[2]).max();
            left += (wide.unwrap_or(1) + 1) * unit;
        }
        Map {
            channels: 3,
            height,
            width,
            data: plane.repeat(3),
        }
    }

    /// What the model says as a whole, run by `rten`.
    fn whole(file: &Path, input: &Map) -> Vec<f32> {
        let shape = [1, 3, input.height, input.width];
        let input = NdTensor::from_data(shape, input.data.clone());
        let model = Model::load_file(file).unwrap();
        let output = model.run_one(input.view().into(), None).unwrap();
        let output: Tensor<f32> = output.try_into().unwrap();
        output.to_vec()
    }

    fn assert_near(is: &[f32], wanted: &[f32]) {
        assert_eq!(is.len(), wanted.len());
        for (is, wanted) in is.iter().zip(wanted) {
            assert!((is - wanted).abs() < 1e-3, "{is} {wanted}");
        }
    }

    #[test]
    fn our_networks_say_what_the_whole_models_say() {
        let Some(models) = models() else { return };
        let workroom = Workroom::default();
        for pair in [Pair::Small, Pair::Light] {
            let [detector, recogniser, _] = models.files(pair);
            let card = picture([96, 160], "HILFE", 5);
            let wanted = whole(&detector, &card);
            let found = wanted.iter().copied().fold(0.0, f32::max);
            assert!(found > 0.5, "{found}");
            let net = models.load_detector(pair).unwrap();
            assert_near(&net.run(card, &workroom).unwrap().data, &wanted);
            let loaded = models.load_recogniser(pair).unwrap();
            for (text, width) in [("HI", 64), ("THE FILE", 221)] {
                let line = picture([48, width], text, 5);
                let wanted = whole(&recogniser, &line);
                let classes = loaded.letters.len() + 1;
                let letters = wanted.chunks_exact(classes).flat_map(|step| &step[1..]);
                let surest = letters.copied().fold(0.0, f32::max);
                assert!(surest > 0.3, "{text}: {surest}");
                assert_near(&loaded.run(line, &workroom).unwrap().to_vec(), &wanted);
            }
        }
    }
}
