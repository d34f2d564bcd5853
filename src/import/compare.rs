//! Listings held against a family: per model and field what the catalog says, and what each list says.

use super::family::{entries, is_provider, nothing};
use super::{Fact, Field, Gap, Listed, Listing, Shape};
use crate::catalog::{Defaults, Family, Model, Pattern};
use crate::diagnostic::{Code, Diagnostic};
use std::collections::{HashMap, HashSet};

/// More gaps of one list than this are no news.
const MOST_GAPS: usize = 30;

/// What is to be compared.
#[derive(Debug, Clone, Default)]
pub struct Scope<'a> {
    /// Only models with these ids; empty: all.
    pub only: &'a [Pattern],
    /// Fields that are left out.
    pub ignore: &'a [Field],
    /// The day, `2026-11-23`: a list may say when it gives a model up.
    pub today: &'a str,
}

/// A family and what lists say of it.
#[derive(Debug, Clone)]
pub struct Comparison<'l> {
    /// The lists, in the order given.
    pub listings: &'l [Listing],
    /// How many models of the family each list has.
    pub counts: Vec<usize>,
    /// The models of the catalog in its order, then the new ones in the order of the lists.
    pub models: Vec<Compared<'l>>,
    /// Models that the catalog has retired and that are still listed.
    pub retired: Vec<String>,
    /// Models that are listed and no candidates for the catalog, each with the reason.
    pub passed_over: Vec<(String, String)>,
    /// What the lists hold that cannot be taken, as warnings.
    pub gaps: Vec<Diagnostic>,
}

/// One model.
#[derive(Debug, Clone)]
pub struct Compared<'l> {
    /// Its id.
    pub id: String,
    /// How the catalog and the lists stand to it.
    pub standing: Standing,
    /// What each list says of it.
    pub listed: Vec<Option<&'l Listed>>,
    /// The fields, in the order of a catalog.
    pub rows: Vec<Row>,
}

/// How the catalog and the lists stand to a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Both have it.
    Known,
    /// The catalog has it, and no list has it any more. Lists may say that they give it up.
    Unlisted {
        /// Whether a list still has it, as one that it gives up.
        given_up: bool,
    },
    /// A list has it, and the catalog does not.
    New {
        /// The nearest model before it in the list that the catalog has, or that is new too.
        after: Option<String>,
        /// The nearest model after it in the list that the catalog has.
        before: Option<String>,
    },
}

/// One field of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The field.
    pub field: Field,
    /// What the catalog says, `[defaults]` included; of a new model, what `[defaults]` says.
    pub catalog: Option<Fact>,
    /// What each list says.
    pub said: Vec<Said>,
    /// What is to be taken of a new model: the word of the first list that has one, and which list that is.
    pub pick: Option<(usize, Fact)>,
}

/// What a list says of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Nothing.
    Nothing,
    /// What cannot be taken.
    Gap,
    /// The same as the catalog; of a new model, the same as what is to be taken.
    Same(Fact),
    /// Something else.
    Other(Fact),
    /// A price of 0 where there is another: free, or not known. Shown, but no contradiction.
    Zero(Fact),
}

impl Said {
    /// What was said.
    #[must_use]
    pub fn fact(&self) -> Option<&Fact> {
        match self {
            Self::Same(fact) | Self::Other(fact) | Self::Zero(fact) => Some(fact),
            Self::Nothing | Self::Gap => None,
        }
    }
}

impl Row {
    /// Whether a list says something else than the catalog; of a new model, than another list.
    #[must_use]
    pub fn is_disputed(&self) -> bool {
        self.said.iter().any(|said| matches!(said, Said::Other(_)))
    }

    /// Whether there is anything to see but agreement.
    #[must_use]
    pub fn is_news(&self) -> bool {
        self.said.iter().any(|said| matches!(said, Said::Other(_) | Said::Zero(_) | Said::Gap))
    }
}

impl Comparison<'_> {
    /// The models that the catalog lacks.
    pub fn new_models(&self) -> impl Iterator<Item = &Compared<'_>> {
        self.models.iter().filter(|model| matches!(model.standing, Standing::New { .. }))
    }

    /// How many fields of models that the catalog has are contradicted by a list.
    #[must_use]
    pub fn contradictions(&self) -> usize {
        let known = self.models.iter().filter(|model| model.standing == Standing::Known);
        known.flat_map(|model| &model.rows).filter(|row| row.is_disputed()).count()
    }
}

/// Holds lists against a family.
///
/// # Errors
///
/// A list that has no model of the family, as when it is about other models; and `only` where it is nobody's id.
pub fn compare<'l>(
    family: &'l Family,
    listings: &'l [Listing],
    scope: &Scope<'_>,
) -> Result<Comparison<'l>, Vec<Diagnostic>> {
    let own: Vec<Vec<&Listed>> = listings.iter().map(|listing| entries(family, listing).collect()).collect();
    let empty = listings.iter().zip(&own).filter(|(_, own)| own.is_empty());
    let faults: Vec<Diagnostic> = empty.map(|(listing, _)| nothing(family, listing)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let wanted = |id: &str| scope.only.is_empty() || scope.only.iter().any(|pattern| pattern.matches(id));
    let counts = own.iter().map(Vec::len).collect();
    let by_id: Vec<HashMap<&str, &'l Listed>> =
        own.iter().map(|own| own.iter().rev().map(|model| (model.id.as_str(), *model)).collect()).collect();
    let listed = |id: &str| -> Vec<Option<&'l Listed>> { by_id.iter().map(|by_id| by_id.get(id).copied()).collect() };
    let known: HashSet<&str> = family.models.iter().map(|model| model.id.as_str()).collect();
    let retired: HashSet<&str> = family.retired.iter().map(|retired| retired.id.as_str()).collect();
    let current = |model: &Listed| !model.ending.as_ref().is_some_and(|ending| ending.is_past(scope.today));

    let mut all = Comparison {
        listings,
        counts,
        models: Vec::new(),
        retired: Vec::new(),
        passed_over: Vec::new(),
        gaps: Vec::new(),
    };
    for model in family.models.iter().filter(|model| wanted(&model.id)) {
        let listed = listed(&model.id);
        let standing = if listed.iter().flatten().any(|model| current(model)) {
            Standing::Known
        } else {
            Standing::Unlisted { given_up: listed.iter().any(Option::is_some) }
        };
        let rows = rows(&listed, family, Some(model), scope.ignore);
        all.models.push(Compared { id: model.id.clone(), standing, listed, rows });
    }
    let mut new: HashSet<&str> = HashSet::new();
    let mut seen: HashSet<&str> = HashSet::new();
    for ((own, by_id), listing) in own.iter().zip(&by_id).zip(listings) {
        let mut before: Vec<Option<&str>> = Vec::with_capacity(own.len());
        let mut next = None;
        for model in own.iter().rev() {
            before.push(next);
            next = known.get(model.id.as_str()).copied().or(next);
        }
        let mut after = None;
        for (model, before) in own.iter().zip(before.into_iter().rev()) {
            let id = model.id.as_str();
            if known.contains(id) || new.contains(id) {
                after = Some(id);
                continue;
            }
            // Of two entries with one id, which two providers may have, the first counts.
            if !wanted(id) || by_id.get(id).is_some_and(|first| !std::ptr::eq(*first, *model)) {
                continue;
            }
            if retired.contains(id) {
                if seen.insert(id) {
                    all.retired.push(id.to_owned());
                }
                continue;
            }
            // A model that is named outright is wanted although it is given up.
            let named = scope.only.iter().any(|pattern| pattern.as_str() == id);
            let why = match (model.unfit, &model.ending) {
                (Some(why), _) => Some(why.to_owned()),
                (None, Some(ending)) if !named && ending.is_past(scope.today) => {
                    let day = ending.day().map_or(String::new(), |day| format!(" on {day}"));
                    Some(format!("{} gives it up{day}", listing.shape.key()))
                }
                _ => None,
            };
            if let Some(why) = why {
                if seen.insert(id) {
                    all.passed_over.push((id.to_owned(), why));
                }
                continue;
            }
            let standing = Standing::New { after: after.map(str::to_owned), before: before.map(str::to_owned) };
            let listed = listed(id);
            let rows = rows(&listed, family, None, &[]);
            all.models.push(Compared { id: id.to_owned(), standing, listed, rows });
            new.insert(id);
            after = Some(id);
        }
    }
    all.passed_over.retain(|(id, _)| !new.contains(id.as_str()));
    if all.models.is_empty() && all.retired.is_empty() && all.passed_over.is_empty() {
        let patterns: Vec<&str> = scope.only.iter().map(Pattern::as_str).collect();
        let message = format!("--only {}: neither the catalog nor a list has such a model", patterns.join(", "));
        return Err(vec![Diagnostic::new(Code::Usage, "", message)]);
    }
    all.gaps = gaps(family, listings, &all.models);
    Ok(all)
}

/// The fields of a model, with what everyone says of them.
fn rows(listed: &[Option<&Listed>], family: &Family, model: Option<&Model>, ignore: &[Field]) -> Vec<Row> {
    let fields = Field::ALL.iter().filter(|field| !ignore.contains(field));
    let rows = fields.map(|field| {
        let (catalog, pick) = match model {
            Some(model) => (Some(fact_of(model, *field)), None),
            None => (default_of(&family.defaults, *field), pick(listed, *field)),
        };
        let measure = pick.as_ref().map(|(_, fact)| fact).or(catalog.as_ref());
        let said = listed.iter().map(|listed| {
            let Some(listed) = listed else { return Said::Nothing };
            match (listed.fact(*field), measure) {
                (Some(fact), Some(measure)) if fact.agrees(measure) => Said::Same(fact.clone()),
                (Some(fact), _) if fact.is_zero_price() => Said::Zero(fact.clone()),
                (Some(fact), _) => Said::Other(fact.clone()),
                (None, _) if listed.gaps.iter().any(|gap| gap.fields.contains(field)) => Said::Gap,
                (None, _) => Said::Nothing,
            }
        });
        Row { field: *field, said: said.collect(), catalog, pick }
    });
    rows.collect()
}

/// What the catalog says of a field.
fn fact_of(model: &Model, field: Field) -> Fact {
    let cost = &model.cost;
    match field {
        Field::Name => Fact::Text(model.name.clone()),
        Field::Reasoning => Fact::Flag(model.reasoning),
        Field::Input => Fact::Input { words: model.input.clone(), sayable: None },
        Field::CostInput => Fact::Price(cost.input.clone()),
        Field::CostOutput => Fact::Price(cost.output.clone()),
        Field::CostCacheRead => Fact::Price(cost.cache_read.clone()),
        Field::CostCacheWrite => Fact::Price(cost.cache_write.clone()),
        Field::ContextWindow => Fact::Tokens(model.context_window),
        Field::MaxTokens => Fact::Tokens(model.max_tokens),
    }
}

/// What `[defaults]` says of a field.
fn default_of(defaults: &Defaults, field: Field) -> Option<Fact> {
    let price = |n: usize| defaults.cost.as_ref().and_then(|cost| cost[n].clone()).map(Fact::Price);
    match field {
        Field::Name => None,
        Field::Reasoning => defaults.reasoning.map(Fact::Flag),
        Field::Input => defaults.input.clone().map(|words| Fact::Input { words, sayable: None }),
        Field::CostInput => price(0),
        Field::CostOutput => price(1),
        Field::CostCacheRead => price(2),
        Field::CostCacheWrite => price(3),
        Field::ContextWindow => defaults.context_window.map(Fact::Tokens),
        Field::MaxTokens => defaults.max_tokens.map(Fact::Tokens),
    }
}

/// What a new model takes: the word of the first list that has one. Prices come from a list that asks for money, where
/// there is one: a list in which all is free may not know better. Modalities that the first list has no word for are
/// taken from the others.
fn pick(listed: &[Option<&Listed>], field: Field) -> Option<(usize, Fact)> {
    let facts =
        || listed.iter().enumerate().filter_map(|(n, listed)| Some((n, (*listed)?, listed.as_ref()?.fact(field)?)));
    let costs = |model: &Listed| {
        let price = |field| model.fact(field).is_some_and(|fact| !fact.is_zero_price());
        price(Field::CostInput) || price(Field::CostOutput)
    };
    let paid = facts().find(|(_, model, _)| field.is_cost() && costs(model));
    let (first, _, fact) = paid.or_else(|| facts().next())?;
    let others = facts().filter(|(n, ..)| *n != first).map(|(_, _, fact)| fact);
    Some((first, others.fold(fact.clone(), |fact, other| fact.with(other))))
}

/// What the lists hold that cannot be taken, of models that are looked at and of entries that are none.
fn gaps(family: &Family, listings: &[Listing], models: &[Compared<'_>]) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (n, listing) in listings.iter().enumerate() {
        let begin = out.len();
        let warning =
            |gap: &Gap, message: String| Diagnostic::new(Code::ListGap, &listing.source, message).at(gap.span.clone());
        let named = |provider: &Option<String>| match provider {
            Some(provider) => is_provider(family, listing.shape, provider),
            None => !matches!(listing.shape, Shape::LiteLlm | Shape::OpenRouter),
        };
        out.extend(
            listing
                .gaps
                .iter()
                .filter(|(provider, _)| named(provider))
                .map(|(_, gap)| warning(gap, gap.message.clone())),
        );
        for model in models {
            let Some(listed) = model.listed[n] else { continue };
            let looked_at = |field: &Field| model.rows.iter().any(|row| row.field == *field);
            let counts = |gap: &&Gap| gap.fields.is_empty() || gap.fields.iter().any(looked_at);
            let of_model = listed.gaps.iter().filter(counts);
            out.extend(of_model.map(|gap| warning(gap, format!("{}: {}", model.id, gap.message))));
        }
        let more = (out.len() - begin).saturating_sub(MOST_GAPS);
        if more > 0 {
            out.truncate(begin + MOST_GAPS);
            let message = format!("{more} more things in this list cannot be taken");
            out.push(Diagnostic::new(Code::ListGap, &listing.source, message));
        }
    }
    out
}
