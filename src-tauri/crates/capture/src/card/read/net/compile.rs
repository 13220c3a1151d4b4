//! Steps of an ONNX graph's nodes.
//!
//! How: node by node, but for those that are one step together ([`super::fuse`]).

use std::collections::{BTreeMap, BTreeSet};

use rten_onnx::onnx::{GraphProto, NodeProto};

use super::convolution::Convolution;
use super::depthwise::Depthwise;
use super::graph::{Constant, Graph, attribute, float, integer, kind, numbers, text};
use super::multiply::Matrix;
use super::step::Step;
use super::window::Window;
use super::{Layer, Net};

/// None where the graph has what is not known here.
pub(super) fn compile<'a>(proto: &'a GraphProto, output: &'a str) -> Option<Net> {
    let input = proto.input.first()?.name.as_deref()?;
    let graph = Graph::of(proto, output)?;
    let mut compiler = Compiler {
        values: BTreeMap::from([(input, vec![0])]),
        graph,
        done: BTreeSet::new(),
        layers: Vec::new(),
    };
    for at in 0..compiler.graph.nodes.len() {
        if !compiler.done.contains(&at) {
            compiler.node(at)?;
        }
    }
    let mut seen = BTreeSet::new();
    for layer in compiler.layers.iter_mut().rev() {
        let from: BTreeSet<usize> = layer.from.iter().copied().collect();
        layer.last = from.into_iter().filter(|at| seen.insert(*at)).collect();
    }
    let is_last = compiler.map(output) == Some(compiler.layers.len());
    is_last.then_some(Net {
        layers: compiler.layers,
    })
}

pub(super) struct Compiler<'a> {
    pub(super) graph: Graph<'a>,
    /// What each name stands for: one map, or several that follow one another.
    values: BTreeMap<&'a str, Vec<usize>>,
    /// Nodes that are part of another's step.
    pub(super) done: BTreeSet<usize>,
    pub(super) layers: Vec<Layer>,
}

impl<'a> Compiler<'a> {
    fn node(&mut self, at: usize) -> Option<()> {
        let node = self.graph.nodes[at];
        let step = match kind(node) {
            "Conv" => return self.convolution(node),
            "ConvTranspose" => return self.transposed(node),
            "Div" => return self.gelu(node),
            "Mul" => return self.scale(node),
            "Concat" if integer(node, "axis") == Some(1) => {
                let parts = node.input.iter().map(|name| self.map(name));
                let parts = parts.collect::<Option<_>>()?;
                self.values.insert(node.output.first()?, parts);
                return Some(());
            }
            "Add" => Step::Add,
            "Relu" => Step::Relu,
            "Sigmoid" => Step::Sigmoid,
            "HardSigmoid" => Step::HardSigmoid {
                slope: float(node, "alpha")?,
                shift: float(node, "beta")?,
            },
            "GlobalAveragePool" => Step::GlobalAveragePool,
            "ReduceMean" => {
                let is_mean = numbers(node, "axes") == Some([2, 3])
                    && integer(node, "keepdims").unwrap_or(1) == 1;
                is_mean.then_some(Step::GlobalAveragePool)?
            }
            "MaxPool" => {
                let is_known = numbers(node, "kernel_shape") == Some([2, 2])
                    && numbers(node, "strides") == Some([1, 1])
                    && text(node, "auto_pad") == Some("SAME_UPPER")
                    && integer(node, "ceil_mode").unwrap_or(0) == 0
                    && is_undilated(node);
                is_known.then_some(Step::MaxPool)?
            }
            "Resize" => {
                let by = self.graph.taken(node, 2)?.data.as_slice();
                let whole = matches!(by, [1.0, 1.0, down, across] if down == across);
                let plain = text(node, "mode") == Some("nearest")
                    && text(node, "coordinate_transformation_mode") == Some("asymmetric")
                    && text(node, "nearest_mode") == Some("floor");
                let by = *by.last()?;
                (whole && plain && by >= 1.0 && by.fract() == 0.0)
                    .then_some(Step::Upsample(by as usize))?
            }
            _ => return None,
        };
        let count = if matches!(step, Step::Add) { 2 } else { 1 };
        let from = node.input.iter().take(count).map(|name| self.map(name));
        let from = from.collect::<Option<Vec<_>>>()?;
        self.push(step, from, node.output.first()?);
        Some(())
    }

    /// The one map that a name stands for.
    pub(super) fn map(&self, name: &'a str) -> Option<usize> {
        match self.values.get(self.graph.root(name))?.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    pub(super) fn push(&mut self, step: Step, from: Vec<usize>, output: &'a str) {
        self.layers.push(Layer {
            step,
            from,
            last: Vec::new(),
        });
        self.values.insert(output, vec![self.layers.len()]);
    }

    fn convolution(&mut self, node: &'a NodeProto) -> Option<()> {
        if node.input.len() != 2 || !is_undilated(node) {
            return None;
        }
        let Constant {
            shape,
            data: mut weights,
        } = self.graph.take(node, 1)?;
        let &[outputs, inner, high, wide] = shape.as_slice() else {
            return None;
        };
        let [before, behind] = padding(node, [high, wide])?;
        let window = Window {
            side: [high, wide],
            stride: numbers(node, "strides")?,
            before,
            behind,
        };
        if [window.side, window.stride].as_flattened().contains(&0) {
            return None;
        }
        let from = self
            .values
            .get(self.graph.root(node.input.first()?))?
            .clone();
        let linear = self.absorb(node, &mut weights, outputs)?;
        let groups = integer(node, "group").unwrap_or(1);
        let step = if groups == 1 {
            Step::Convolution(Convolution {
                matrix: Matrix::new(&weights, &linear.bias),
                window,
                least: linear.least,
            })
        } else {
            let alone = usize::try_from(groups) == Ok(outputs) && inner == 1;
            if !alone || linear.least == 0.0 {
                return None;
            }
            Step::Depthwise(Depthwise {
                weights,
                bias: linear.bias,
                window,
            })
        };
        self.push(step, from, linear.output);
        Some(())
    }

    fn transposed(&mut self, node: &'a NodeProto) -> Option<()> {
        let Constant { shape, data } = self.graph.take(node, 1)?;
        let &[inputs, outputs, 2, 2] = shape.as_slice() else {
            return None;
        };
        let plain = numbers(node, "strides") == Some([2, 2])
            && numbers(node, "pads") == Some([0; 4])
            && node.input.len() == 2
            && integer(node, "group").unwrap_or(1) == 1
            && is_undilated(node);
        let weight = |input: usize, part: usize| data[(input * outputs + part / 4) * 4 + part % 4];
        let parts = (0..outputs * 4).flat_map(|part| {
            let weight = &weight;
            (0..inputs).map(move |input| weight(input, part))
        });
        let mut weights: Vec<f32> = plain.then(|| parts.collect())?;
        let from = vec![self.map(node.input.first()?)?];
        let linear = self.absorb(node, &mut weights, outputs)?;
        let bias: Vec<f32> = linear.bias.iter().flat_map(|bias| [*bias; 4]).collect();
        let layer = Convolution {
            matrix: Matrix::new(&weights, &bias),
            window: Window {
                side: [1; 2],
                stride: [1; 2],
                before: [0; 2],
                behind: [0; 2],
            },
            least: linear.least,
        };
        self.push(Step::Transposed(layer), from, linear.output);
        Some(())
    }
}

/// Whether a window's pixels lie side by side.
fn is_undilated(node: &NodeProto) -> bool {
    attribute(node, "dilations").is_none_or(|dilations| dilations.ints.iter().all(|by| *by == 1))
}

/// Zeros before and behind, in rows and columns.
fn padding(node: &NodeProto, side: [usize; 2]) -> Option<[[usize; 2]; 2]> {
    if text(node, "auto_pad") == Some("SAME_UPPER") && numbers(node, "strides") == Some([1, 1]) {
        let all = side.map(|side| side - 1);
        let before = all.map(|all| all / 2);
        return Some([before, [all[0] - before[0], all[1] - before[1]]]);
    }
    let [top, left, bottom, right] = numbers(node, "pads")?;
    Some([[top, left], [bottom, right]])
}
