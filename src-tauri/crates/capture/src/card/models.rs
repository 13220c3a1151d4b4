//! Where the models lie, and loading them.
//!
//! When: `make models` fetches them at set-up and the bundle carries them; nothing is fetched at run time.

use std::path::{Path, PathBuf};

use rten::{Model, ModelOptions, NodeId, OpRegistry, Value, ValueOrView};
use rten_tensor::Tensor;

use super::CardError;
use super::read::detector::Detector;

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

    /// The light detector, which looks over the whole photo in both pairs.
    pub(super) fn load_scout(&self) -> Result<Detector, CardError> {
        let [detector, ..] = self.files(Pair::Light);
        Detector::new(load(&detector)?, Pair::Light)
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

    /// Detector, recogniser, and the recogniser's letters in the order of its classes.
    pub(super) fn load(&self, pair: Pair) -> Result<(Detector, Model, Vec<char>), CardError> {
        let [detector, recogniser, letters] = self.files(pair);
        let letters = std::fs::read_to_string(letters).map_err(|_| CardError::ModelsMissing)?;
        let letters = letters.lines().filter_map(|line| line.chars().next());
        let detector = Detector::new(load(&detector)?, pair)?;
        Ok((detector, load(&recogniser)?, letters.collect()))
    }
}

/// Runs a model with one input and one output.
pub(super) fn run(model: &Model, input: ValueOrView) -> Result<Tensor<f32>, CardError> {
    let output = model
        .run_one(input, None)
        .map_err(|_| CardError::ModelsDamaged)?;
    output.try_into().map_err(|_| CardError::ModelsDamaged)
}

/// Runs a model from some of its values to others.
pub(super) fn run_to(
    model: &Model,
    from: Vec<(NodeId, ValueOrView)>,
    to: &[NodeId],
) -> Result<Vec<Value>, CardError> {
    model
        .run(from, to, None)
        .map_err(|_| CardError::ModelsDamaged)
}

fn load(file: &Path) -> Result<Model, CardError> {
    // Packed weights cost a little memory and spare a tenth of the time.
    ModelOptions::with_ops(operators())
        .prepack_weights(true)
        .load_file(file)
        .map_err(|_| CardError::ModelsDamaged)
}

/// What the four models are made of: rten's other operators are left out of the binary.
fn operators() -> OpRegistry {
    rten::op_registry!(
        Add,
        AveragePool,
        BatchNormalization,
        Cast,
        Concat,
        Conv,
        ConvTranspose,
        Div,
        Erf,
        GlobalAveragePool,
        HardSigmoid,
        Identity,
        MatMul,
        MaxPool,
        Mul,
        Pow,
        ReduceMean,
        Relu,
        Reshape,
        Resize,
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
