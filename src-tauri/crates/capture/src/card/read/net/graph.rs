//! Reading an ONNX graph: its constants, its attributes, and who takes what.

use std::collections::{BTreeMap, BTreeSet};

use rten_onnx::onnx::{DataType, GraphProto, NodeProto, TensorProto, ValueInfoProto};

/// Numbers that stand in the file, or are made of such.
#[derive(Clone)]
pub(super) struct Constant {
    pub(super) shape: Vec<usize>,
    pub(super) data: Vec<f32>,
}

/// The part of a graph that an output needs.
pub(super) struct Graph<'a> {
    /// In an order in which each stands behind what it takes.
    pub(super) nodes: Vec<&'a NodeProto>,
    constants: BTreeMap<&'a str, Constant>,
    /// What a value is the same as.
    same: BTreeMap<&'a str, &'a str>,
    /// The nodes that take a value.
    users: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Graph<'a> {
    pub(super) fn of(graph: &'a GraphProto, output: &'a str) -> Option<Self> {
        let needed = needed(graph, output, None);
        let named = |tensor: &'a TensorProto| {
            let name = tensor
                .name
                .as_deref()
                .filter(|name| needed.contains(name))?;
            Some((name, constant(tensor)?))
        };
        let mut read = Self {
            nodes: Vec::new(),
            constants: graph.initializer.iter().filter_map(named).collect(),
            same: BTreeMap::new(),
            users: BTreeMap::new(),
        };
        for node in graph.node.iter().filter(|node| is_needed(node, &needed)) {
            read.add(node)?;
        }
        Some(read)
    }

    fn add(&mut self, node: &'a NodeProto) -> Option<()> {
        let output = node.output.first()?;
        let first = node.input.first()?;
        // Numbers are floats here, whatever they are stored as.
        if matches!(kind(node), "Identity" | "Cast") {
            let root = self.root(first);
            self.same.insert(output, root);
            return Some(());
        }
        let both = self
            .constant(first)
            .zip(self.constant(node.input.get(1).unwrap_or(first)));
        if let (Some((a, b)), "Mul") = (both, kind(node)) {
            let product = scaled(a, b)?;
            self.constants.insert(output, product);
            return Some(());
        }
        for name in &node.input {
            let root = self.root(name);
            self.users.entry(root).or_default().push(self.nodes.len());
        }
        self.nodes.push(node);
        Some(())
    }

    pub(super) fn root(&self, name: &'a str) -> &'a str {
        self.same.get(name).unwrap_or(&name)
    }

    pub(super) fn constant(&self, name: &'a str) -> Option<&Constant> {
        self.constants.get(self.root(name))
    }

    /// The nodes that take what `node` makes.
    pub(super) fn users(&self, node: &'a NodeProto) -> &[usize] {
        let made = node.output.first().map(|name| self.root(name));
        let users = made.and_then(|name| self.users.get(name));
        users.map_or(&[], Vec::as_slice)
    }

    /// The constant that a node takes as its input `at`.
    pub(super) fn taken(&self, node: &'a NodeProto, at: usize) -> Option<&Constant> {
        self.constant(node.input.get(at)?)
    }

    /// The same to change: a constant that no other node takes is not copied.
    pub(super) fn take(&mut self, node: &'a NodeProto, at: usize) -> Option<Constant> {
        let root = self.root(node.input.get(at)?);
        match self.users.get(root)?.as_slice() {
            [_] => self.constants.remove(root),
            _ => self.constants.get(root).cloned(),
        }
    }
}

/// The names that `output` is made of, itself among them; what `input` is made of is left out.
fn needed<'a>(graph: &'a GraphProto, output: &'a str, input: Option<&str>) -> BTreeSet<&'a str> {
    let makers = graph.node.iter().flat_map(|node| {
        let made = node.output.iter();
        made.map(move |name| (name.as_str(), node))
    });
    let makers: BTreeMap<&str, &NodeProto> = makers.collect();
    let (mut needed, mut open) = (BTreeSet::new(), vec![output]);
    while let Some(name) = open.pop() {
        if Some(name) != input && needed.insert(name) {
            let maker = makers.get(name).into_iter();
            open.extend(maker.flat_map(|node| node.input.iter().map(String::as_str)));
        }
    }
    needed
}

fn is_needed(node: &NodeProto, needed: &BTreeSet<&str>) -> bool {
    let made = node.output.iter();
    made.map(String::as_str).any(|name| needed.contains(name))
}

/// What the first node of a kind takes.
pub(crate) fn input_of<'a>(graph: &'a GraphProto, of: &str) -> Option<&'a str> {
    let node = graph.node.iter().find(|node| kind(node) == of)?;
    node.input.first().map(String::as_str)
}

/// The part of a graph that makes its output of `input`.
pub(crate) fn behind(graph: &GraphProto, input: &str) -> Option<GraphProto> {
    let output = graph.output.first()?.name.as_deref()?;
    let needed = needed(graph, output, Some(input));
    let nodes = graph.node.iter().filter(|node| is_needed(node, &needed));
    let named = |tensor: &&TensorProto| tensor.name.as_deref().is_some_and(|n| needed.contains(n));
    Some(GraphProto {
        node: nodes.cloned().collect(),
        initializer: graph.initializer.iter().filter(named).cloned().collect(),
        input: vec![ValueInfoProto {
            name: Some(input.to_owned()),
            r#type: None,
        }],
        output: graph.output.clone(),
        value_info: Vec::new(),
    })
}

pub(super) fn kind(node: &NodeProto) -> &str {
    node.op_type.as_deref().unwrap_or_default()
}

pub(super) fn numbers<const N: usize>(node: &NodeProto, name: &str) -> Option<[usize; N]> {
    let ints = &attribute(node, name)?.ints;
    let numbers: Option<Vec<usize>> = ints.iter().map(|n| usize::try_from(*n).ok()).collect();
    numbers?.try_into().ok()
}

pub(super) fn float(node: &NodeProto, name: &str) -> Option<f32> {
    attribute(node, name)?.f
}

pub(super) fn integer(node: &NodeProto, name: &str) -> Option<i64> {
    attribute(node, name)?.i
}

pub(super) fn text<'a>(node: &'a NodeProto, name: &str) -> Option<&'a str> {
    attribute(node, name)?.s.as_deref()
}

pub(super) fn attribute<'a>(
    node: &'a NodeProto,
    name: &str,
) -> Option<&'a rten_onnx::onnx::AttributeProto> {
    let mut all = node.attribute.iter();
    all.find(|attribute| attribute.name.as_deref() == Some(name))
}

fn constant(tensor: &TensorProto) -> Option<Constant> {
    let shape = tensor.dims.iter().map(|n| usize::try_from(*n).ok());
    let shape: Vec<usize> = shape.collect::<Option<_>>()?;
    let raw = tensor.raw_data.as_ref().map(|raw| raw.borrow());
    let data: Vec<f32> = match (tensor.data_type?, raw) {
        (DataType::FLOAT, Some(raw)) => {
            let (numbers, _) = raw.as_chunks::<4>();
            numbers
                .iter()
                .map(|bytes| f32::from_le_bytes(*bytes))
                .collect()
        }
        (DataType::FLOAT, None) => tensor.float_data.clone(),
        (DataType::INT8, Some(raw)) => raw
            .iter()
            .map(|byte| f32::from(byte.cast_signed()))
            .collect(),
        _ => return None,
    };
    (data.len() == shape.iter().product::<usize>()).then_some(Constant { shape, data })
}

/// Weights by a factor for each output.
fn scaled(weights: &Constant, factors: &Constant) -> Option<Constant> {
    let outputs = *weights.shape.first()?;
    if factors.data.len() != outputs || factors.shape.first() != Some(&outputs) {
        return None;
    }
    let each = (weights.data.len() / outputs.max(1)).max(1);
    let rows = weights.data.chunks_exact(each).zip(&factors.data);
    Some(Constant {
        shape: weights.shape.clone(),
        data: rows
            .flat_map(|(row, by)| row.iter().map(move |w| w * by))
            .collect(),
    })
}
