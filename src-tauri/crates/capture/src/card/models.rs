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

    fn picture(height: usize, width: usize) -> Map {
        let number = |at: usize| ((at * 37 + at / 7 * 11) % 101) as f32 / 50.0 - 1.0;
        Map {
            channels: 3,
            height,
            width,
            data: (0..3 * height * width).map(number).collect(),
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
            let picture_of = picture(96, 160);
            let wanted = whole(&detector, &picture_of);
            let net = models.load_detector(pair).unwrap();
            assert_near(&net.run(picture_of, &workroom).unwrap().data, &wanted);
            for width in [64, 221] {
                let line = picture(48, width);
                let wanted = whole(&recogniser, &line);
                let loaded = models.load_recogniser(pair).unwrap();
                assert_near(&loaded.run(line, &workroom).unwrap().to_vec(), &wanted);
            }
        }
    }
}
