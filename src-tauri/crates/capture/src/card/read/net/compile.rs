//! Steps of an ONNX graph's nodes.
//!
//! How: what follows a convolution alone, its bias, a normalisation, a limit below, becomes part of it; the five nodes of
//! an activation (GELU) become one step.

use std::collections::{BTreeMap, BTreeSet};

use rten_onnx::onnx::{GraphProto, NodeProto};

use super::dense::Dense;
use super::depthwise::Depthwise;
use super::graph::{Constant, Graph, float, kind, numbers, text};
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

struct Compiler<'a> {
    graph: Graph<'a>,
    /// What each name stands for: one map, or several that follow one another.
    values: BTreeMap<&'a str, Vec<usize>>,
    /// Nodes that are part of another's step.
    done: BTreeSet<usize>,
    layers: Vec<Layer>,
}

impl<'a> Compiler<'a> {
    fn node(&mut self, at: usize) -> Option<()> {
        let node = self.graph.nodes[at];
        let step = match kind(node) {
            "Conv" => return self.convolution(node),
            "ConvTranspose" => return self.upward(node),
            "Div" => return self.gelu(node),
            "Mul" => return self.scale(node),
            "Concat" => {
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
            "GlobalAveragePool" => Step::Mean,
            "ReduceMean" if numbers(node, "axes") == Some([2, 3]) => Step::Mean,
            "MaxPool" => {
                let is_largest = numbers(node, "kernel_shape") == Some([2, 2])
                    && numbers(node, "strides") == Some([1, 1])
                    && text(node, "auto_pad") == Some("SAME_UPPER");
                is_largest.then_some(Step::Largest)?
            }
            "Resize" => {
                let by = self.graph.taken(node, 2)?.data.as_slice();
                let whole = matches!(by, [1.0, 1.0, down, across] if down == across);
                let plain = text(node, "mode") == Some("nearest")
                    && text(node, "coordinate_transformation_mode") == Some("asymmetric")
                    && text(node, "nearest_mode") == Some("floor");
                let by = *by.last()?;
                (whole && plain && by >= 1.0).then_some(Step::Enlarge(by as usize))?
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
    fn map(&self, name: &'a str) -> Option<usize> {
        match self.values.get(self.graph.root(name))?.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    fn push(&mut self, step: Step, from: Vec<usize>, output: &'a str) {
        self.layers.push(Layer {
            step,
            from,
            last: Vec::new(),
        });
        self.values.insert(output, vec![self.layers.len()]);
    }

    /// The node that alone takes what `node` makes.
    fn follower(&self, node: &'a NodeProto) -> Option<(usize, &'a NodeProto)> {
        match self.graph.users(node) {
            [one] => Some((*one, self.graph.nodes[*one])),
            _ => None,
        }
    }

    /// Takes in what follows a layer with `weights` of each output side by side.
    fn absorb(
        &mut self,
        node: &'a NodeProto,
        weights: &mut [f32],
        outputs: usize,
    ) -> Option<Linear<'a>> {
        let mut linear = Linear {
            bias: vec![0.0; outputs],
            least: f32::NEG_INFINITY,
            output: node.output.first()?,
        };
        let mut last = node;
        while let Some((at, next)) = self.follower(last) {
            let added = (0..2).find_map(|side| self.graph.taken(next, side));
            match (kind(next), added) {
                ("Add", Some(added)) if is_bias(added, outputs) => {
                    let pairs = linear.bias.iter_mut().zip(&added.data);
                    pairs.for_each(|(bias, added)| *bias += added);
                }
                ("BatchNormalization", _) => {
                    let [scale, shift, mean, variance] =
                        [1, 2, 3, 4].map(|input| self.graph.taken(next, input));
                    let least = float(next, "epsilon")?;
                    let numbers = scale?.data.iter().zip(&variance?.data);
                    let factors: Vec<f32> = numbers.map(|(s, v)| s / (v + least).sqrt()).collect();
                    let each = weights.len() / outputs.max(1);
                    let moved = mean?.data.iter().zip(&shift?.data);
                    for (at, (factor, (mean, shift))) in factors.iter().zip(moved).enumerate() {
                        let bias = linear.bias.get_mut(at)?;
                        *bias = (*bias - mean) * factor + shift;
                        let row = &mut weights[at * each..][..each];
                        row.iter_mut().for_each(|weight| *weight *= factor);
                    }
                }
                ("Relu", _) => linear.least = 0.0,
                _ => break,
            }
            self.done.insert(at);
            linear.output = next.output.first()?;
            last = next;
            if linear.least == 0.0 {
                break;
            }
        }
        Some(linear)
    }

    fn convolution(&mut self, node: &'a NodeProto) -> Option<()> {
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
        let groups = node
            .attribute
            .iter()
            .find(|a| a.name.as_deref() == Some("group"));
        let groups = groups.and_then(|group| group.i).unwrap_or(1);
        let step = if groups == 1 {
            Step::Dense(Dense {
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

    fn upward(&mut self, node: &'a NodeProto) -> Option<()> {
        let Constant { shape, data } = self.graph.take(node, 1)?;
        let &[inputs, outputs, 2, 2] = shape.as_slice() else {
            return None;
        };
        let plain = numbers(node, "strides") == Some([2, 2])
            && numbers(node, "pads") == Some([0; 4])
            && node.input.len() == 2;
        let weight = |input: usize, part: usize| data[(input * outputs + part / 4) * 4 + part % 4];
        let parts = (0..outputs * 4).flat_map(|part| {
            let weight = &weight;
            (0..inputs).map(move |input| weight(input, part))
        });
        let mut weights: Vec<f32> = plain.then(|| parts.collect())?;
        let from = vec![self.map(node.input.first()?)?];
        let linear = self.absorb(node, &mut weights, outputs)?;
        let bias: Vec<f32> = linear.bias.iter().flat_map(|bias| [*bias; 4]).collect();
        let layer = Dense {
            matrix: Matrix::new(&weights, &bias),
            window: Window {
                side: [1; 2],
                stride: [1; 2],
                before: [0; 2],
                behind: [0; 2],
            },
            least: linear.least,
        };
        self.push(Step::Upward(layer), from, linear.output);
        Some(())
    }

    /// x / √2, its error function, one more, by x, a half of it.
    fn gelu(&mut self, node: &'a NodeProto) -> Option<()> {
        let input = self.graph.root(node.input.first()?);
        let (erf_at, erf) = self.follower(node)?;
        let (add_at, add) = self.follower(erf)?;
        let (product_at, product) = self.follower(add)?;
        let (half_at, half) = self.follower(product)?;
        let takes = |node: &'a NodeProto, number: f32| {
            let mut constants = (0..2).filter_map(|at| self.graph.taken(node, at));
            let near = |one: &f32| (one - number).abs() < 1e-6;
            constants.any(|constant| matches!(constant.data.as_slice(), [one] if near(one)))
        };
        let by_itself = product
            .input
            .iter()
            .any(|name| self.graph.root(name) == input);
        let kinds = [erf, add, product, half].map(kind);
        let is_gelu = kinds == ["Erf", "Add", "Mul", "Mul"]
            && takes(node, std::f32::consts::SQRT_2)
            && takes(add, 1.0)
            && takes(half, 0.5)
            && by_itself;
        if !is_gelu {
            return None;
        }
        self.done.extend([erf_at, add_at, product_at, half_at]);
        let from = vec![self.map(input)?];
        self.push(Step::Gelu, from, half.output.first()?);
        Some(())
    }

    /// By a number for each channel, with what was multiplied added again where that follows.
    fn scale(&mut self, node: &'a NodeProto) -> Option<()> {
        let [input, factors] = node.input.as_slice() else {
            return None;
        };
        let (from, factors) = (self.map(input)?, self.map(factors)?);
        let made = factors.checked_sub(1).and_then(|at| self.layers.get(at))?;
        if !matches!(made.step, Step::HardSigmoid { .. }) {
            return None;
        }
        let mut output = node.output.first()?;
        let follower = self.follower(node).filter(|(_, next)| {
            let other = |name: &String| self.graph.root(name) == self.graph.root(input);
            kind(next) == "Add" && next.input.iter().any(other)
        });
        if let Some((at, next)) = follower {
            self.done.insert(at);
            output = next.output.first()?;
        }
        let step = Step::Scale {
            and_itself: follower.is_some(),
        };
        self.push(step, vec![from, factors], output);
        Some(())
    }
}

/// What follows a layer of weights, as part of it.
struct Linear<'a> {
    bias: Vec<f32>,
    least: f32,
    output: &'a str,
}

fn is_bias(added: &Constant, outputs: usize) -> bool {
    added.data.len() == outputs && matches!(added.shape.as_slice(), [1, _, 1, 1])
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
