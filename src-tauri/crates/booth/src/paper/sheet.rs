//! A4 pages, filled from the top.

use std::num::NonZeroU16;

use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{ContentTag, Node, SpanTag, Tag, TagGroup, TagTree, kind};
use krilla::text::{Font, TextDirection};
use krilla::{Document, SerializeSettings};
use ttf_parser::Face;
use zgoda_core::Language;

use crate::qr::{Modules, QUIET};

const REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.ttf");

/// ISO 216 A4, in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 56.0;
/// Side of a code, its border included, and room for what stands below it.
const LARGEST_CODE: f32 = 430.0;
const BELOW_CODE: f32 = 40.0;
/// Baseline to baseline, in sizes of the type.
const LEADING: f32 = 1.4;
const INK: u8 = 27;

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Title,
    Heading,
    Body,
    /// To be read out: large.
    Code,
    Small,
}

impl Style {
    const fn size(self) -> f32 {
        match self {
            Self::Title => 22.0,
            Self::Heading => 12.0,
            Self::Body => 11.0,
            Self::Code => 20.0,
            Self::Small => 9.0,
        }
    }

    const fn before(self) -> f32 {
        match self {
            Self::Title => 0.0,
            Self::Body => 3.0,
            Self::Heading => 16.0,
            Self::Code => 2.0,
            Self::Small => 8.0,
        }
    }

    const fn font(self) -> &'static [u8] {
        match self {
            Self::Title | Self::Heading | Self::Code => SEMI_BOLD,
            Self::Body | Self::Small => REGULAR,
        }
    }
}

enum Block {
    Lines(Style, Vec<String>),
    Code(Modules, String),
}

impl Block {
    fn height(&self) -> f32 {
        match self {
            Self::Lines(style, lines) => {
                style.before() + lines.len() as f32 * style.size() * LEADING
            }
            Self::Code(..) => 0.0,
        }
    }

    fn heading(&self) -> Option<String> {
        match self {
            Self::Lines(Style::Title | Style::Heading, lines) => Some(lines.join(" ")),
            _ => None,
        }
    }
}

/// What stands on the pages, in the order of reading.
pub(super) struct Sheet {
    language: Language,
    title: String,
    blocks: Vec<Block>,
}

impl Sheet {
    pub(super) fn new(language: Language, title: &str) -> Self {
        Self {
            language,
            title: title.to_owned(),
            blocks: Vec::new(),
        }
    }

    pub(super) fn text(&mut self, style: Style, text: &str) {
        let lines = wrapped(style, text, WIDTH - 2.0 * MARGIN);
        self.blocks.push(Block::Lines(style, lines));
    }

    /// A code as large as the page has room for; `alt` says to those who cannot see it what it is.
    pub(super) fn code(&mut self, code: Modules, alt: &str) {
        self.blocks.push(Block::Code(code, alt.to_owned()));
    }

    /// The pages as PDF; none where they do not hold to PDF/UA-1.
    pub(super) fn finish(self) -> Option<Vec<u8>> {
        let configuration = ConfigurationBuilder::new()
            .with_accessibility_validator(Accessibility::UA1)
            .finish()
            .ok()?;
        let mut document = Document::new_with(SerializeSettings {
            configuration,
            ..SerializeSettings::default()
        });
        let metadata = Metadata::new()
            .title(self.title.clone())
            .language(self.language.to_string());
        document.set_metadata(metadata);
        let mut tree = TagTree::new().with_lang(Some(self.language.to_string()));
        let mut outline = Outline::new();
        for (number, blocks) in pages(&self.blocks).into_iter().enumerate() {
            let mut page = document.start_page_with(PageSettings::from_wh(WIDTH, HEIGHT)?);
            let mut surface = page.surface();
            surface.set_fill(Some(Fill {
                paint: rgb::Color::new(INK, INK, INK).into(),
                ..Fill::default()
            }));
            let mut y = MARGIN;
            for block in blocks {
                if let Some(heading) = block.heading() {
                    let place = XyzDestination::new(number, Point::from_xy(MARGIN, y));
                    outline.push_child(OutlineNode::new(heading, place));
                }
                let (node, end) = draw(block, &mut surface, y)?;
                tree.push(node);
                y = end;
            }
            surface.finish();
            page.finish();
        }
        document.set_tag_tree(tree);
        document.set_outline(outline);
        document.finish().ok()
    }
}

/// The blocks by page: one that does not fit any more begins the next. A heading goes with what stands under it; a code takes
/// the room that is left.
fn pages(blocks: &[Block]) -> Vec<Vec<&Block>> {
    let mut pages = vec![Vec::new()];
    let mut y = MARGIN;
    for (at, block) in blocks.iter().enumerate() {
        let below = match (block.heading(), blocks.get(at + 1)) {
            (Some(_), Some(next)) => next.height(),
            _ => 0.0,
        };
        let full = y + block.height() + below > HEIGHT - MARGIN;
        if full && y > MARGIN {
            pages.push(Vec::new());
            y = MARGIN;
        }
        y += block.height();
        if let Some(page) = pages.last_mut() {
            page.push(block);
        }
    }
    pages
}

/// Draws a block below `y`; answers its place in the tree and where it ends.
fn draw(block: &Block, surface: &mut Surface<'_>, y: f32) -> Option<(Node, f32)> {
    match block {
        Block::Lines(style, lines) => {
            let font = Font::new(style.font().into(), 0)?;
            let mut group = match style {
                Style::Title => TagGroup::new(heading(1, block)),
                Style::Heading => TagGroup::new(heading(2, block)),
                _ => TagGroup::new(Tag::P),
            };
            let mut y = y + style.before();
            for line in lines {
                y += style.size() * LEADING;
                group.push(surface.start_tagged(ContentTag::Span(SpanTag::empty())));
                let start = Point::from_xy(MARGIN, y);
                let size = style.size();
                surface.draw_text(start, font.clone(), size, line, false, TextDirection::Auto);
                surface.end_tagged();
            }
            Some((group.into(), y))
        }
        Block::Code(code, alt) => {
            let side = LARGEST_CODE.min(HEIGHT - MARGIN - BELOW_CODE - y);
            let module = side / code.size as f32;
            let mut group = TagGroup::new(Tag::Figure(Some(alt.clone())));
            group.push(surface.start_tagged(ContentTag::Other));
            let mut path = PathBuilder::new();
            for run in &code.runs {
                // The border of the code is as white as the page, and stands in its margin.
                let left = MARGIN + (run.column as f32 - QUIET as f32) * module;
                let top = y + run.row as f32 * module;
                path.push_rect(Rect::from_xywh(
                    left,
                    top,
                    run.length as f32 * module,
                    module,
                )?);
            }
            surface.draw_path(&path.finish()?);
            surface.end_tagged();
            Some((group.into(), y + side))
        }
    }
}

fn heading(level: u16, block: &Block) -> Tag<kind::Hn> {
    let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    Tag::Hn(level, block.heading())
}

/// `text` in lines that are no wider than `width`; a word alone may be.
fn wrapped(style: Style, text: &str, width: f32) -> Vec<String> {
    let face = Face::parse(style.font(), 0).ok();
    let wide = |line: &str| -> f32 {
        let Some(face) = &face else { return 0.0 };
        let advance = |letter| {
            let glyph = face.glyph_index(letter);
            glyph
                .and_then(|glyph| face.glyph_hor_advance(glyph))
                .unwrap_or_default()
        };
        let units: u32 = line.chars().map(|letter| u32::from(advance(letter))).sum();
        units as f32 * style.size() / f32::from(face.units_per_em())
    };
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if wide(&format!("{line} {word}")) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_begins_the_next_page_and_a_heading_goes_along() {
        let line = |style| Block::Lines(style, vec!["x".to_owned()]);
        let mut blocks: Vec<Block> = (0..39).map(|_| line(Style::Body)).collect();
        blocks.push(line(Style::Heading));
        blocks.extend((0..30).map(|_| line(Style::Body)));
        let pages = pages(&blocks);
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [39, 31]);
        assert!(pages[1][0].heading().is_some());
    }

    #[test]
    fn lines_end_before_the_margin_and_lose_no_word() {
        let text = "zażółć gęślą jaźń ".repeat(40);
        let lines = wrapped(Style::Body, &text, 300.0);
        assert!(lines.len() > 10);
        assert_eq!(lines.join(" "), text.trim());
        assert_eq!(wrapped(Style::Body, "a b", 0.0), ["a", "b"]);
    }

    #[test]
    fn every_letter_of_the_three_languages_is_in_the_fonts() {
        for font in [REGULAR, SEMI_BOLD] {
            let face = Face::parse(font, 0).unwrap();
            for letter in "ĄĆĘŁŃÓŚŹŻąćęłńóśźżÄÖÜẞäöüß–„”·@:0123456789".chars()
            {
                assert!(face.glyph_index(letter).is_some(), "{letter}");
            }
        }
    }
}
