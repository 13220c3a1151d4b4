//! The detectors, run in two parts around their widest layers.
//!
//! Why: of a detector's time a third went into four depthwise convolutions, one for each size of letters, which `rten`
//! does not vectorise. They stand side by side, so that the model can be cut there: before them, they, behind them.

use rten::{Model, NodeId, Value};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use super::depthwise::Depthwise;
use crate::card::CardError;
use crate::card::models::{Pair, run_to};

/// What goes into each of the layers, what comes out (with the bias), and its bias, by their names in both models.
const LAYERS: [[&str; 3]; 4] = [
    ["Add.159", "Add.185", "p2o.pd_op.reshape.62.0"],
    ["Add.179", "Add.193", "p2o.pd_op.reshape.65.0"],
    ["Add.181", "Add.201", "p2o.pd_op.reshape.68.0"],
    ["Add.183", "Add.209", "p2o.pd_op.reshape.71.0"],
];

/// The layers' weights, in the same order.
const fn weights(pair: Pair) -> [&'static str; 4] {
    match pair {
        Pair::Small => [
            "conv2d_169.w_0",
            "conv2d_168.w_0",
            "conv2d_167.w_0",
            "conv2d_166.w_0",
        ],
        Pair::Light => [
            "conv2d_165.w_0",
            "conv2d_164.w_0",
            "conv2d_163.w_0",
            "conv2d_162.w_0",
        ],
    }
}

/// A detector, loaded.
pub(crate) struct Detector {
    model: Model,
    input: NodeId,
    output: NodeId,
    layers: Vec<Layer>,
}

struct Layer {
    into: NodeId,
    out: NodeId,
    layer: Depthwise,
}

impl Detector {
    pub(crate) fn new(model: Model, pair: Pair) -> Result<Self, CardError> {
        let layers = LAYERS.iter().zip(weights(pair));
        let layers = layers.map(|(names, weights)| Layer::of(&model, names, weights));
        let layers = layers.collect::<Option<_>>();
        let ends = model.input_ids().first().zip(model.output_ids().first());
        let ends = ends.map(|(input, output)| (*input, *output));
        let ((input, output), layers) = ends.zip(layers).ok_or(CardError::ModelsDamaged)?;
        Ok(Self {
            model,
            input,
            output,
            layers,
        })
    }

    /// How probably each pixel belongs to text; `input` is a picture as the models were trained on.
    pub(crate) fn run(&self, input: &NdTensor<f32, 4>) -> Result<Tensor<f32>, CardError> {
        let into: Vec<NodeId> = self.layers.iter().map(|layer| layer.into).collect();
        let before = run_to(&self.model, vec![(self.input, input.view().into())], &into)?;
        let mut after = Vec::with_capacity(into.len());
        for (layer, value) in self.layers.iter().zip(before) {
            let value: NdTensor<f32, 4> = value.try_into().map_err(|_| CardError::ModelsDamaged)?;
            after.push((layer.out, Value::from(layer.layer.run(&value)?).into()));
        }
        let mut output = run_to(&self.model, after, &[self.output])?;
        let output = output.pop().ok_or(CardError::ModelsDamaged)?;
        output.try_into().map_err(|_| CardError::ModelsDamaged)
    }
}

impl Layer {
    fn of(model: &Model, [into, out, bias]: &[&str; 3], weights: &str) -> Option<Self> {
        let constant = |name: &str| -> Option<Tensor<f32>> {
            let node = model.find_node(name)?;
            let value = run_to(model, Vec::new(), &[node]).ok()?.pop()?;
            value.try_into().ok()
        };
        let (weights, bias) = (constant(weights)?, constant(bias)?);
        Some(Self {
            into: model.find_node(into)?,
            out: model.find_node(out)?,
            layer: Depthwise::new(weights.shape(), weights.data()?, bias.data()?)?,
        })
    }
}
