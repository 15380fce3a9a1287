//! Tables: columns as wide as what is in them asks for, rows over pages, the heading again on each.

use super::Table;
use super::flow::{Mark, Press, count_fitting, height};
use super::text::{SetLine, Setter, Style, Widths};
use crate::error::Error;

/// More columns than this cannot be read on A4: the last takes what is left of a row.
const MOST_COLUMNS: usize = 16;

/// Rows that are looked at to find the widths of the columns.
const MEASURED: usize = 300;

/// Around the text of a cell, in points.
const ASIDE: f32 = 4.0;
const ABOVE: f32 = 2.5;

/// A column is never narrower than this, in points.
const NARROWEST: f32 = 10.0;

/// Where a column stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    x: f32,
    width: f32,
}

/// A row in lines.
struct Lines {
    cells: Vec<Vec<SetLine>>,
    marked: bool,
}

impl Lines {
    fn height(&self) -> f32 {
        self.cells.iter().map(|cell| height(cell)).fold(0.0, f32::max) + 2.0 * ABOVE
    }

    /// Splits off what fits in so many points; the rest may be empty.
    fn split(mut self, room: f32) -> (Self, Self) {
        let marked = self.marked;
        let later = self.cells.iter_mut().map(|cell| cell.split_off(count_fitting(cell, room - 2.0 * ABOVE))).collect();
        (self, Self { cells: later, marked })
    }

    fn is_empty(&self) -> bool {
        self.cells.iter().all(Vec::is_empty)
    }
}

impl Press {
    /// A table.
    pub(super) fn table(&mut self, table: &Table) -> Result<(), Error> {
        let rows = table.rows.iter().map(|row| row.cells.len());
        let columns = rows.chain([table.head.len()]).max().unwrap_or(0).min(MOST_COLUMNS);
        if columns == 0 {
            return Ok(());
        }
        let style = Style {
            leading: 1.3,
            ..Style::BODY.size(if columns > 10 {
                7.0
            } else if columns > 6 {
                8.0
            } else {
                9.5
            })
        };
        let places = places(&mut self.setter, table, columns, style);
        let head = (!table.head.is_empty()).then(|| self.cells(&table.head, &places, style.bold(true), false));
        self.space(9.0);
        // A heading stays with the first row.
        self.need(head.as_ref().map_or(0.0, Lines::height) + 30.0)?;
        self.heading(head.as_ref(), &places);
        for row in &table.rows {
            let mut lines = self.cells(&row.cells, &places, style.bold(row.marked), row.marked);
            let fresh = self.most() - head.as_ref().map_or(0.0, Lines::height);
            if lines.height() > self.room() && lines.height() <= fresh {
                self.turn()?;
                self.heading(head.as_ref(), &places);
            }
            // Only a row taller than a page is cut.
            loop {
                let room = self.room();
                if lines.height() <= room {
                    self.row(&lines, &places);
                    break;
                }
                let (now, later) = lines.split(room);
                let stuck = now.is_empty() && self.at_top();
                if !now.is_empty() {
                    self.row(&now, &places);
                }
                if later.is_empty() || stuck {
                    break;
                }
                lines = later;
                self.turn()?;
                self.heading(head.as_ref(), &places);
            }
        }
        self.y += 4.0;
        Ok(())
    }

    fn cells(&mut self, texts: &[String], places: &[Place], style: Style, marked: bool) -> Lines {
        let cell = |(index, place): (usize, &Place)| {
            let text = cell(texts, index, places.len());
            self.setter.lines(&text, style, place.width)
        };
        Lines { cells: places.iter().enumerate().map(cell).collect(), marked }
    }

    /// The heading, unless it would leave no room for rows.
    fn heading(&mut self, head: Option<&Lines>, places: &[Place]) {
        let Some(head) = head.filter(|head| head.height() < self.most() / 2.0) else { return };
        let (x, width) = Self::column();
        let (y, height) = (self.y, head.height());
        self.put(Mark::Bar { x, y, width, height, grey: 235 });
        self.text_of(head, places);
        self.y += height;
        self.put(Mark::Bar { x, y: self.y - 0.9, width, height: 0.9, grey: 0 });
    }

    fn row(&mut self, lines: &Lines, places: &[Place]) {
        let (x, width) = Self::column();
        let (y, height) = (self.y, lines.height());
        if lines.marked {
            self.put(Mark::Bar { x, y, width, height, grey: 225 });
            self.put(Mark::Bar { x: x - 4.0, y, width: 3.0, height, grey: 0 });
        }
        self.text_of(lines, places);
        self.y += height;
        self.put(Mark::Bar { x, y: self.y - 0.25, width, height: 0.5, grey: 170 });
    }

    fn text_of(&mut self, lines: &Lines, places: &[Place]) {
        for (cell, place) in lines.cells.iter().zip(places) {
            let mut y = self.y + ABOVE;
            for line in cell {
                self.put(Mark::Text { line: line.clone(), x: place.x, y });
                y += line.height();
            }
        }
    }
}

/// The text of a cell; the last column takes what is beyond it.
fn cell(texts: &[String], index: usize, columns: usize) -> std::borrow::Cow<'_, str> {
    let beyond = texts.get(index..).filter(|rest| index + 1 == columns && rest.len() > 1);
    match beyond {
        Some(rest) => rest.join(" · ").into(),
        None => texts.get(index).map_or("", String::as_str).into(),
    }
}

/// Where the columns stand.
fn places(setter: &mut Setter, table: &Table, columns: usize, style: Style) -> Vec<Place> {
    let mut wanted = vec![Widths::default(); columns];
    let head = std::iter::once((&table.head, true));
    let rows = table.rows.iter().take(MEASURED).map(|row| (&row.cells, row.marked));
    for (cells, bold) in head.chain(rows) {
        for (index, widths) in wanted.iter_mut().enumerate() {
            let found = setter.widths(&cell(cells, index, columns), style.bold(bold));
            widths.least = widths.least.max(found.least);
            widths.most = widths.most.max(found.most);
        }
    }
    let (left, width) = Press::column();
    #[expect(clippy::cast_precision_loss, reason = "sixteen at most")]
    let room = width - 2.0 * ASIDE * columns as f32;
    let mut x = left + ASIDE;
    let place = |width: f32| {
        let place = Place { x, width };
        x += width + 2.0 * ASIDE;
        place
    };
    share(&wanted, room).into_iter().map(place).collect()
}

/// Shares a width among columns: each what it wants if that is possible, at least its longest word else, and if not even that
/// is possible, a part in proportion.
fn share(wanted: &[Widths], room: f32) -> Vec<f32> {
    // Rounding must not break a word that fits.
    let most: Vec<f32> = wanted.iter().map(|widths| widths.most.max(NARROWEST) + 0.5).collect();
    let least: Vec<f32> = wanted.iter().map(|widths| widths.least.max(NARROWEST) + 0.5).collect();
    let (all, bare): (f32, f32) = (most.iter().sum(), least.iter().sum());
    if all <= room {
        let spare = (room - all) / all;
        return most.iter().map(|width| width + width * spare).collect();
    }
    if bare <= room {
        let part = (room - bare) / (all - bare);
        return least.iter().zip(&most).map(|(least, most)| least + (most - least) * part).collect();
    }
    // The narrow keep what they need; the wide share the rest.
    #[expect(clippy::cast_precision_loss, reason = "sixteen at most")]
    let fair = room / wanted.len() as f32;
    let kept: f32 = least.iter().filter(|width| **width <= fair).sum();
    let wide: f32 = least.iter().filter(|width| **width > fair).sum();
    let part = (room - kept) / wide;
    least.iter().map(|width| if *width <= fair { *width } else { width * part }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(widths: &[(f32, f32)]) -> Vec<Widths> {
        widths.iter().map(|(least, most)| Widths { least: *least, most: *most }).collect()
    }

    fn sum(widths: &[f32]) -> f32 {
        widths.iter().sum()
    }

    #[test]
    fn columns_fill_the_width_and_never_more() {
        for widths in [
            &[(20.0, 40.0), (20.0, 80.0)][..],
            &[(20.0, 400.0), (20.0, 800.0)],
            &[(700.0, 700.0), (20.0, 80.0), (900.0, 900.0)],
            &[(0.0, 0.0), (0.0, 0.0)],
            &[(5000.0, 5000.0)],
        ] {
            let shared = share(&wanted(widths), 480.0);
            assert!((sum(&shared) - 480.0).abs() < 0.1, "{widths:?}: {shared:?}");
            assert!(shared.iter().all(|width| *width > 0.0));
        }
    }

    #[test]
    fn a_word_stays_whole_where_it_can() {
        let shared = share(&wanted(&[(60.0, 100.0), (30.0, 2000.0)]), 480.0);
        assert!(shared.iter().zip([60.0, 30.0]).all(|(width, least)| *width >= least), "{shared:?}");
        let shared = share(&wanted(&[(60.0, 100.0), (3000.0, 3000.0)]), 480.0);
        assert!(shared.first().is_some_and(|width| *width >= 60.0), "{shared:?}");
    }

    #[test]
    fn cells_beyond_the_last_column_are_joined_to_it() {
        let texts: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        assert_eq!(cell(&texts, 0, 2), "a");
        assert_eq!(cell(&texts, 1, 2), "b · c · d");
        assert_eq!(cell(&texts, 5, 8), "");
    }
}
