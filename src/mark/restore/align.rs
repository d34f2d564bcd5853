//! Two sequences held against each other: what stands for what, and how sure that is.
//!
//! Knows nothing of pages: a score for every pair that may stand for each other is all it is given. Whether an answer
//! is sure is asked by its price: how much the best alignment without it is worth less.

/// All alignments of two sequences that keep the order of both.
#[derive(Debug)]
pub(super) struct Alignment {
    width: usize,
    scores: Vec<i32>,
    /// The best score of the parts before each pair of places, and of those from there on.
    before: Vec<i32>,
    after: Vec<i32>,
}

/// What may not stand for each other.
pub(super) const NEVER: i32 = -1;

/// More pairs than this are not looked at.
pub(super) const PAIRS: usize = 16_000_000;

impl Alignment {
    /// Aligns `n` parts with `m`. A pair has a score of at least 0, or [`NEVER`].
    pub(super) fn new(n: usize, m: usize, score: impl Fn(usize, usize) -> i32) -> Self {
        let width = m + 1;
        let mut scores = vec![NEVER; n * m];
        let mut before = vec![0; (n + 1) * width];
        for i in 0..n {
            for j in 0..m {
                let pair = score(i, j);
                scores[i * m + j] = pair;
                let skip = before[i * width + j + 1].max(before[(i + 1) * width + j]);
                let take = if pair == NEVER { 0 } else { before[i * width + j] + pair };
                before[(i + 1) * width + j + 1] = skip.max(take);
            }
        }
        let mut after = vec![0; (n + 1) * width];
        for i in (0..n).rev() {
            for j in (0..m).rev() {
                let pair = scores[i * m + j];
                let skip = after[i * width + j + 1].max(after[(i + 1) * width + j]);
                let take = if pair == NEVER { 0 } else { after[(i + 1) * width + j + 1] + pair };
                after[i * width + j] = skip.max(take);
            }
        }
        Self { width, scores, before, after }
    }

    /// The score of the best alignment.
    pub(super) fn best(&self) -> i32 {
        self.after[0]
    }

    /// The score of the best alignment in which `i` stands for `j`.
    pub(super) fn pair(&self, i: usize, j: usize) -> Option<i32> {
        let score = self.scores[i * (self.width - 1) + j];
        (score != NEVER).then(|| self.before[i * self.width + j] + score + self.after[(i + 1) * self.width + j + 1])
    }

    /// The score of the best alignment in which nothing stands for `i`.
    pub(super) fn gap(&self, i: usize) -> i32 {
        (0..self.width)
            .map(|j| self.before[i * self.width + j] + self.after[(i + 1) * self.width + j])
            .max()
            .unwrap_or(0)
    }

    /// Whether `i` stands for `j` in an alignment that none is better than.
    pub(super) fn agrees(&self, i: usize, j: usize) -> bool {
        self.pair(i, j) == Some(self.best())
    }

    /// What stands for `i`: the best partner, or nothing, and what that is better by than anything else.
    pub(super) fn partner(&self, i: usize) -> (Option<usize>, i32) {
        let pairs = (0..self.width - 1).filter_map(|j| Some((self.pair(i, j)?, Some(j))));
        let mut all: Vec<(i32, Option<usize>)> = pairs.chain([(self.gap(i), None)]).collect();
        all.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let margin = all.get(1).map_or(i32::MAX, |second| all[0].0 - second.0);
        (all[0].1, margin)
    }

    /// Where the other sequence is parted as this one is between the parts before `from` and those from `to` on (what
    /// lies between is left out): the place, and what it is better by than any other. `allowed` says which places
    /// there are.
    pub(super) fn cut(&self, from: usize, to: usize, allowed: impl Fn(usize) -> bool) -> Option<(usize, i32)> {
        let score = |at: usize| self.before[from * self.width + at] + self.after[to * self.width + at];
        let mut all: Vec<(i32, usize)> = (0..self.width).filter(|at| allowed(*at)).map(|at| (score(at), at)).collect();
        all.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let (best, at) = *all.first()?;
        Some((at, all.get(1).map_or(i32::MAX, |(second, _)| best - second)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(a: &str, b: &str) -> Alignment {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        Alignment::new(a.len(), b.len(), |i, j| if a[i] == b[j] { 10 } else { NEVER })
    }

    #[test]
    fn partners_and_margins() {
        let all = words("abc", "xabyc");
        assert_eq!(all.best(), 30);
        assert_eq!(all.partner(0), (Some(1), 10));
        assert!(all.agrees(2, 4) && !all.agrees(2, 1));
        // Two `a` of the same worth.
        let all = words("ab", "aab");
        assert_eq!(all.partner(0).1, 0);
        assert_eq!(all.partner(1), (Some(2), 10));
        // Nothing stands for `z`, and nothing could.
        assert_eq!(words("z", "ab").partner(0), (None, i32::MAX));
    }

    #[test]
    fn cuts() {
        let everywhere = |_: usize| true;
        assert_eq!(words("abcd", "abcd").cut(2, 2, everywhere), Some((2, 10)));
        assert_eq!(words("abXcd", "abcd").cut(2, 3, everywhere), Some((2, 10)));
        // Something new stands there: before it or after it?
        assert_eq!(words("abcd", "abNcd").cut(2, 2, everywhere), Some((2, 0)));
        assert_eq!(words("abcd", "abNcd").cut(2, 2, |at| at != 2), Some((3, 10)));
        assert_eq!(words("", "").cut(0, 0, everywhere), Some((0, i32::MAX)));
        assert_eq!(words("a", "a").cut(0, 0, |_| false), None);
    }
}
