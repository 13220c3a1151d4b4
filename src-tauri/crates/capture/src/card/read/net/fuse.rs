//! Nodes of a graph that are one step together.
//!
//! How: what follows a convolution alone, its bias, a normalisation, a limit below, becomes part of it; the five nodes of
//! an activation (GELU) become one step.

use rten_onnx::onnx::NodeProto;

use super::compile::Compiler;
use super::graph::{Constant, float, integer, kind};
use super::step::Step;

impl<'a> Compiler<'a> {
    /// Takes in what follows a layer with `weights` of each output side by side.
    pub(super) fn absorb(
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
                    let all = [scale?, shift?, mean?, variance?].map(|one| &one.data);
                    let fits = all.iter().all(|one| one.len() == outputs);
                    if !fits || integer(next, "training_mode").unwrap_or(0) != 0 {
                        return None;
                    }
                    let [scale, shift, mean, variance] = all;
                    let least = float(next, "epsilon")?;
                    let numbers = scale.iter().zip(variance);
                    let factors: Vec<f32> = numbers.map(|(s, v)| s / (v + least).sqrt()).collect();
                    let each = weights.len() / outputs.max(1);
                    let moved = mean.iter().zip(shift);
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

    /// x / √2, its error function, one more, by x, a half of it.
    pub(super) fn gelu(&mut self, node: &'a NodeProto) -> Option<()> {
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
    pub(super) fn scale(&mut self, node: &'a NodeProto) -> Option<()> {
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

    /// The node that alone takes what `node` makes.
    fn follower(&self, node: &'a NodeProto) -> Option<(usize, &'a NodeProto)> {
        match self.graph.users(node) {
            [one] => Some((*one, self.graph.nodes[*one])),
            _ => None,
        }
    }
}

/// What follows a layer of weights, as part of it.
pub(super) struct Linear<'a> {
    pub(super) bias: Vec<f32>,
    pub(super) least: f32,
    pub(super) output: &'a str,
}

fn is_bias(added: &Constant, outputs: usize) -> bool {
    added.data.len() == outputs && matches!(added.shape.as_slice(), [1, _, 1, 1])
}

#[cfg(test)]
mod tests {
    use rten_onnx::onnx::{
        AttributeProto, DataType, GraphProto, NodeProto, TensorProto, ValueInfoProto,
    };

    use crate::card::read::net::{Map, Net, Workroom};

    fn node(kind: &str, inputs: &[&str], output: &str) -> NodeProto {
        NodeProto {
            op_type: Some(kind.to_owned()),
            input: inputs.iter().map(|&name| name.to_owned()).collect(),
            output: vec![output.to_owned()],
            ..NodeProto::default()
        }
    }

    fn attribute(name: &str) -> AttributeProto {
        AttributeProto {
            name: Some(name.to_owned()),
            ..AttributeProto::default()
        }
    }

    fn with(mut node: NodeProto, ints: &[(&str, &[i64])]) -> NodeProto {
        node.attribute
            .extend(ints.iter().map(|&(name, ints)| AttributeProto {
                ints: ints.to_vec(),
                i: ints.first().copied(),
                ..attribute(name)
            }));
        node
    }

    fn with_float(mut node: NodeProto, name: &str, number: f32) -> NodeProto {
        node.attribute.push(AttributeProto {
            f: Some(number),
            ..attribute(name)
        });
        node
    }

    fn constant(name: &str, dims: &[i64], data: &[f32]) -> TensorProto {
        TensorProto {
            name: Some(name.to_owned()),
            dims: dims.to_vec(),
            data_type: Some(DataType::FLOAT),
            float_data: data.to_vec(),
            ..TensorProto::default()
        }
    }

    /// Makes `y` of `x`.
    fn net(nodes: Vec<NodeProto>, constants: &[TensorProto]) -> Option<Net> {
        let named = |name: &str| ValueInfoProto {
            name: Some(name.to_owned()),
            r#type: None,
        };
        let graph = GraphProto {
            node: nodes,
            initializer: constants.to_vec(),
            input: vec![named("x")],
            output: vec![named("y")],
            value_info: Vec::new(),
        };
        Net::of(&graph, "y").ok()
    }

    fn assert_makes(net: &Net, channels: usize, of: &[f32], wanted: &[f32]) {
        let input = Map {
            channels,
            height: 1,
            width: of.len() / channels,
            data: of.to_vec(),
        };
        let output = net.run(input, &Workroom::default()).unwrap();
        assert_eq!(output.data.len(), wanted.len());
        for (is, wanted) in output.data.iter().zip(wanted) {
            assert!((is - wanted).abs() < 1e-4, "{is} {wanted}");
        }
    }

    fn convolution(inputs: &[&str], output: &str) -> NodeProto {
        let plain: [(&str, &[i64]); 2] = [("strides", &[1, 1]), ("pads", &[0; 4])];
        with(node("Conv", inputs, output), &plain)
    }

    #[test]
    fn what_follows_a_convolution_is_part_of_it() {
        let normalised = node("BatchNormalization", &["b", "s", "t", "m", "v"], "c");
        let nodes = vec![
            convolution(&["x", "w"], "a"),
            node("Add", &["a", "bias"], "b"),
            with_float(normalised, "epsilon", 1.0),
            node("Relu", &["c"], "y"),
        ];
        let constants = [
            constant("w", &[2, 1, 1, 1], &[2.0, -3.0]),
            constant("bias", &[1, 2, 1, 1], &[1.0, 2.0]),
            constant("s", &[2], &[4.0, 3.0]),
            constant("t", &[2], &[0.5, 0.25]),
            constant("m", &[2], &[5.0, -1.0]),
            constant("v", &[2], &[3.0, 8.0]),
        ];
        let made = net(nodes.clone(), &constants).unwrap();
        assert_eq!(made.layers.len(), 1);
        let x = [-1.0, 0.5, 4.0];
        let first = x.map(|x: f32| ((2.0 * x + 1.0 - 5.0) * 2.0 + 0.5).max(0.0));
        let second = x.map(|x: f32| (-3.0 * x + 2.0 + 1.0 + 0.25).max(0.0));
        assert_makes(&made, 1, &x, [first, second].as_flattened());

        let mut short = constants;
        short[4] = constant("m", &[1], &[5.0]);
        assert!(net(nodes, &short).is_none());
    }

    #[test]
    fn five_nodes_are_a_gelu() {
        let nodes = vec![
            node("Div", &["x", "root"], "a"),
            node("Erf", &["a"], "b"),
            node("Add", &["b", "one"], "c"),
            node("Mul", &["x", "c"], "d"),
            node("Mul", &["d", "half"], "y"),
        ];
        let constants = |root: f32| {
            [("root", root), ("one", 1.0), ("half", 0.5)]
                .map(|(name, number)| constant(name, &[], &[number]))
        };
        let made = net(nodes.clone(), &constants(std::f32::consts::SQRT_2)).unwrap();
        assert_eq!(made.layers.len(), 1);
        let wanted = [-0.158_655, 0.0, 0.345_731, 1.954_5];
        assert_makes(&made, 1, &[-1.0, 0.0, 0.5, 2.0], &wanted);
        assert!(net(nodes, &constants(1.5)).is_none());
    }

    #[test]
    fn channels_are_scaled_with_and_without_themselves() {
        let hard = with_float(node("HardSigmoid", &["mean"], "f"), "alpha", 0.5);
        let all = vec![
            node("GlobalAveragePool", &["x"], "mean"),
            with_float(hard, "beta", 0.25),
            node("Mul", &["x", "f"], "p"),
            node("Add", &["p", "x"], "y"),
        ];
        let (x, by) = ([0.1, 0.3, 0.5, -0.3], [0.35, 0.3]);
        let wanted = |more: f32| [0, 1, 2, 3].map(|at| x[at] * (by[at / 2] + more));
        let made = net(all.clone(), &[]).unwrap();
        assert_eq!(made.layers.len(), 3);
        assert_makes(&made, 2, &x, &wanted(1.0));

        let mut alone = all;
        alone.truncate(3);
        alone[2].output = vec!["y".to_owned()];
        let made = net(alone, &[]).unwrap();
        assert_eq!(made.layers.len(), 3);
        assert_makes(&made, 2, &x, &wanted(0.0));
    }

    #[test]
    fn what_is_not_known_here_is_refused() {
        let weights = [
            constant("w", &[2, 2, 1, 1], &[1.0; 4]),
            constant("bias", &[2], &[0.0; 2]),
        ];
        let is_known = |nodes: Vec<NodeProto>| net(nodes, &weights).is_some();
        let plain = || convolution(&["x", "w"], "y");
        assert!(is_known(vec![with(plain(), &[("dilations", &[1, 1])])]));
        assert!(!is_known(vec![with(plain(), &[("dilations", &[2, 2])])]));
        assert!(!is_known(vec![convolution(&["x", "w", "bias"], "y")]));

        let mean = |keeps: i64| {
            let how: [(&str, &[i64]); 2] = [("axes", &[2, 3]), ("keepdims", &[keeps])];
            vec![with(node("ReduceMean", &["x"], "y"), &how)]
        };
        assert!(is_known(mean(1)) && !is_known(mean(0)));

        let joined = |axis: i64| {
            let both = node("Concat", &["x", "x"], "both");
            vec![
                with(both, &[("axis", &[axis])]),
                convolution(&["both", "w"], "y"),
            ]
        };
        assert!(is_known(joined(1)) && !is_known(joined(2)));

        let largest = |ceil: i64| {
            let how: [(&str, &[i64]); 3] = [
                ("kernel_shape", &[2, 2]),
                ("strides", &[1, 1]),
                ("ceil_mode", &[ceil]),
            ];
            let mut pool = with(node("MaxPool", &["x"], "y"), &how);
            pool.attribute.push(AttributeProto {
                s: Some("SAME_UPPER".to_owned()),
                ..attribute("auto_pad")
            });
            vec![pool]
        };
        assert!(is_known(largest(0)) && !is_known(largest(1)));
    }
}
