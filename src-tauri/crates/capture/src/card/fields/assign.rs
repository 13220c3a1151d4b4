//! Which candidate is the name, which the title, which the company: one decision for all three.
//!
//! How: a log-linear model (a small conditional random field, Lafferty et al. 2001). Every triple of candidates that do not overlap, none included,
//! is scored by the sum of its candidates' features and of its pairs' features times [`weights`](super::weights); the
//! best triple wins, and the share of all triples that agree on a label is that label's probability.

use super::context::Context;
use super::features::{pair, unary};
use super::node::Node;
use super::weights;

/// The labels, in the order of the tables.
pub(crate) const NAME: usize = 0;
pub(crate) const TITLE: usize = 1;
pub(crate) const COMPANY: usize = 2;

/// The chosen candidate for each label, and the probability that it is that one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Choice {
    pub(crate) node: Option<usize>,
    pub(crate) probability: f32,
}

/// Chooses among `nodes`. Candidate 0 stands for "not on this card" within.
pub(crate) fn assign(nodes: &[Node], context: &Context) -> [Choice; 3] {
    let scores = Scores::new(nodes, context);
    let count = nodes.len() + 1;
    let mut best = (f32::MIN, [0; 3]);
    let mut all = Vec::new();
    for name in 0..count {
        for title in 0..count {
            let Some(two) = scores.two(name, title) else {
                continue;
            };
            for company in 0..count {
                if let Some(score) = scores.three(two, name, title, company) {
                    all.push((score, [name, title, company]));
                    if score > best.0 {
                        best = (score, [name, title, company]);
                    }
                }
            }
        }
    }
    let mut total = 0.0;
    let mut agree = [0.0; 3];
    for (score, triple) in all {
        let weight = (score - best.0).exp();
        total += weight;
        for label in 0..3 {
            if triple[label] == best.1[label] {
                agree[label] += weight;
            }
        }
    }
    std::array::from_fn(|label| Choice {
        node: best.1[label].checked_sub(1),
        probability: agree[label] / total.max(f32::MIN_POSITIVE),
    })
}

struct Scores {
    count: usize,
    unary: [Vec<f32>; 3],
    pairs: [Vec<f32>; 3],
    overlaps: Vec<bool>,
}

impl Scores {
    fn new(nodes: &[Node], context: &Context) -> Self {
        let count = nodes.len() + 1;
        let features: Vec<Vec<f32>> = nodes.iter().map(|node| unary(node, context)).collect();
        let dot = |weights: &[f32], features: &[f32]| -> f32 {
            weights.iter().zip(features).map(|(w, f)| w * f).sum()
        };
        let label = |label: usize| {
            let weights: Vec<f32> = weights::UNARY.iter().map(|(_, row)| row[label]).collect();
            std::iter::once(0.0)
                .chain(features.iter().map(|f| dot(&weights, f)))
                .collect()
        };
        let both = |index: usize| {
            let weights: Vec<f32> = weights::PAIR.iter().map(|(_, row)| row[index]).collect();
            let mut table = vec![0.0; count * count];
            for (i, a) in nodes.iter().enumerate() {
                for (j, b) in nodes.iter().enumerate() {
                    table[(i + 1) * count + j + 1] = dot(&weights, &pair(a, b, context));
                }
            }
            table
        };
        let mut overlaps = vec![false; count * count];
        for (i, a) in nodes.iter().enumerate() {
            for (j, b) in nodes.iter().enumerate() {
                overlaps[(i + 1) * count + j + 1] = a.overlaps(b);
            }
        }
        Self {
            count,
            unary: std::array::from_fn(label),
            pairs: std::array::from_fn(both),
            overlaps,
        }
    }

    fn two(&self, name: usize, title: usize) -> Option<f32> {
        let at = name * self.count + title;
        (!self.overlaps[at])
            .then(|| self.unary[NAME][name] + self.unary[TITLE][title] + self.pairs[0][at])
    }

    fn three(&self, two: f32, name: usize, title: usize, company: usize) -> Option<f32> {
        let (a, b) = (name * self.count + company, title * self.count + company);
        let free = !self.overlaps[a] && !self.overlaps[b];
        free.then(|| two + self.unary[COMPANY][company] + self.pairs[1][a] + self.pairs[2][b])
    }
}
