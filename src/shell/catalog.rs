//! `moonsync catalog`: what the catalog says, whether it is sound, and the edits that are not worth opening an editor.

use super::day;
use super::family::{self, FamilyFile};
use super::output::Output;
use super::{Exit, Project, builtin};
use crate::cli::{Catalog, CatalogAdd, CatalogEdit, CatalogRetire, CatalogShow, Common, Format};
use moonsync::catalog::Family;
use moonsync::catalog::edit::{Editor, NewCost, NewModel, Note, Spot};
use moonsync::content::Number;
use moonsync::diagnostic::{self, Code, Diagnostic, Sources};
use moonsync::import::name_of;
use moonsync::report::catalog as report;
use moonsync::report::finding::{self, Summary};
use moonsync::report::human::plural;
use moonsync::text::visible;
use std::fmt::Write as _;

/// Shows, checks or edits the catalog.
pub(crate) fn run(common: &Common, command: &Catalog, output: &mut Output) -> Exit {
    let mut sources = Sources::new();
    let project = match Project::open(common, &mut sources) {
        Ok(project) => project,
        Err(faults) => return output.faults(&faults, &sources),
    };
    let edited = match command {
        Catalog::Show(show) => return self::show(&project, common, show, &sources, output),
        Catalog::Check => return check(&project, common, &sources, output),
        Catalog::Add(add) => Edited::new(&project, common, &add.edit, &near(add), &sources, |editor, id| {
            let spot = spot(editor.family(), add);
            let (place, id) = (said(&spot), visible(id));
            editor.add(&new_model(editor.family(), add, &id)?, &spot)?;
            Ok((format!("{id} is added {place}"), Vec::new()))
        }),
        Catalog::Retire(retire) => {
            Edited::new(&project, common, &retire.edit, &[&retire.id], &sources, |editor, id| {
                self::retire(editor, retire, id)
            })
        }
        Catalog::Default(default) => {
            Edited::new(&project, common, &default.edit, &[&default.id], &sources, |editor, id| {
                let old = visible(&editor.family().default_model);
                editor.set_default(id)?;
                Ok((format!("{} is the default model, before it was {old}", visible(id)), Vec::new()))
            })
        }
    };
    match edited {
        Ok(edited) => edited.deliver(&project, common, &sources, output),
        Err(faults) => output.faults(&faults, &sources),
    }
}

fn show(project: &Project, common: &Common, show: &CatalogShow, sources: &Sources, output: &mut Output) -> Exit {
    let mut families: Vec<&Family> = Vec::new();
    for namespace in &show.families {
        match project.family_named(namespace) {
            Ok(number) => families.push(&project.catalog.families[number]),
            Err(fault) => return output.faults(&[fault], sources),
        }
    }
    if show.families.is_empty() {
        families.extend(&project.catalog.families);
    }
    match common.format {
        Format::Json => output.raw(report::json(&families).as_bytes()),
        _ => output.result(&families.iter().map(|family| report::family(family)).collect::<Vec<_>>().join("\n")),
    }
    end(project, common, &families, false, sources, output)
}

fn check(project: &Project, common: &Common, sources: &Sources, output: &mut Output) -> Exit {
    let families: Vec<&Family> = project.catalog.families.iter().collect();
    end(project, common, &families, common.format.lists_findings(), sources, output)
}

/// Prints the warnings of a sound catalog, as `findings` or for people, and what it holds in a line.
fn end(
    project: &Project,
    common: &Common,
    families: &[&Family],
    findings: bool,
    sources: &Sources,
    output: &mut Output,
) -> Exit {
    let exit = if common.strict && !project.warnings.is_empty() { Exit::Drift } else { Exit::Fine };
    let models = families.iter().map(|family| family.models.len()).sum();
    let retired: usize = families.iter().map(|family| family.retired.len()).sum();
    let locales = families.first().map_or(0, |family| family.locales.len());
    let closing = format!(
        "moonsync: {} with {}, {retired} retired, and the words of {}; catalog {}",
        plural(families.len(), "family"),
        plural(models, "model"),
        plural(locales, "language"),
        visible(&project.label),
    );
    if findings {
        let mut found = finding::diagnostics(&project.warnings, &[], sources);
        finding::sort(&mut found);
        let summary = Summary { catalog: Some(project.label.clone()), exit: exit as u8, ..Summary::default() };
        output.findings(found, summary, &closing, None);
    } else {
        output.diagnostics(&project.warnings, sources, common.strict);
    }
    output.closing(&closing);
    exit
}

/// A family's file, edited in memory.
struct Edited {
    file: FamilyFile,
    diff: bool,
    new: Option<String>,
    /// What was done, and on which line of the new text it stands.
    done: String,
    line: Option<usize>,
    /// What else was done, by line of the old text.
    notes: Vec<Note>,
}

impl Edited {
    /// Edits the family of a model, the first of `ids`, the others being models of it; `edit` gives what it did.
    fn new(
        project: &Project,
        common: &Common,
        how: &CatalogEdit,
        ids: &[&str],
        sources: &Sources,
        edit: impl FnOnce(&mut Editor, &str) -> Result<(String, Vec<Note>), Vec<Diagnostic>>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let family = choose(project, how.family.as_deref(), ids).map_err(|fault| vec![fault])?;
        if builtin::holds(&family.path) {
            return Err(vec![family::built_in("")]);
        }
        let id = bare(family, ids[0]);
        let file = FamilyFile::new(project, common, family, sources).map_err(|fault| vec![fault])?;
        let mut editor = file.editor()?;
        let (done, notes) = edit(&mut editor, id)?;
        let new = editor.is_changed().then(|| editor.text().to_owned());
        Ok(Self { file, diff: how.diff, new, done, line: editor.line(id), notes })
    }

    /// Writes the file, or prints the patch.
    fn deliver(&self, project: &Project, common: &Common, sources: &Sources, output: &mut Output) -> Exit {
        let delivered = match &self.new {
            Some(new) if self.diff => self.file.patch(project, new).map_err(|fault| vec![fault]),
            _ if self.diff => Ok(String::new()),
            new => self.file.write(new.as_deref()).map(|()| String::new()),
        };
        let patch = match delivered {
            Ok(patch) => patch,
            Err(faults) => return output.faults(&faults, sources),
        };
        let file = visible(&self.file.shown);
        let mut shown = String::new();
        if let (Some(_), Some(line)) = (&self.new, self.line) {
            let _ = writeln!(shown, "{file}:{line}: {}", self.done);
        }
        for note in &self.notes {
            let _ = writeln!(shown, "{file}:{}: {}", note.line, visible(&note.message));
        }
        output.raw(patch.as_bytes());
        match (common.quiet, self.diff) {
            (true, _) => {}
            (false, true) => output.note(&shown), // the result is the patch
            (false, false) => output.result(&shown),
        }
        let mut warnings = project.warnings.clone();
        diagnostic::sort(&mut warnings);
        output.diagnostics(&warnings, sources, common.strict);
        output.closing(&match (&self.new, self.diff) {
            (None, _) => format!("moonsync: {file} says so already"),
            (Some(_), true) => format!("moonsync: {file} is to change"),
            (Some(_), false) => format!("moonsync: {file} is written; next: moonsync"),
        });
        if common.strict && !warnings.is_empty() { Exit::Drift } else { Exit::Fine }
    }
}

/// The model to be added, and those that it is to stand near to.
fn near(add: &CatalogAdd) -> Vec<&str> {
    let others = [&add.like, &add.after, &add.before];
    std::iter::once(add.id.as_str()).chain(others.into_iter().flatten().map(String::as_str)).collect()
}

/// The family that ids are meant of: the one that was named, else the one that has one of them, else the one whose
/// patterns they fit, else the only one.
fn choose<'a>(project: &'a Project, named: Option<&str>, ids: &[&str]) -> Result<&'a Family, Diagnostic> {
    let families = &project.catalog.families;
    if let Some(namespace) = named {
        return project.family_named(namespace).map(|number| &families[number]);
    }
    let only = |wanted: &dyn Fn(&Family) -> bool| {
        let mut fit = families.iter().filter(|family| wanted(family));
        fit.next().filter(|_| fit.next().is_none())
    };
    let has = |family: &Family| {
        let models = family.models.iter().map(|model| &model.id);
        let mut all = models.chain(family.retired.iter().map(|gone| &gone.id));
        all.any(|known| ids.iter().any(|id| bare(family, id) == known))
    };
    let is_of = |family: &Family| {
        let fits = |id: &&str| family.ids.iter().any(|pattern| pattern.matches(bare(family, id)));
        ids.iter().all(fits)
    };
    // `provider/id` says whose it is.
    let refers = |family: &Family| ids.iter().any(|id| bare(family, id) != *id);
    only(&refers).or_else(|| only(&has)).or_else(|| only(&is_of)).or_else(|| only(&|_| true)).ok_or_else(|| {
        let names: Vec<&str> = families.iter().map(|family| family.namespace.as_str()).collect();
        let fault = Diagnostic::new(Code::Usage, "", format!("{} does not say which family is meant", ids[0]));
        fault.help(format!("say it with --family: {}", names.join(", ")))
    })
}

/// An id, where a ref was given.
fn bare<'a>(family: &Family, id: &'a str) -> &'a str {
    id.strip_prefix(&family.provider).and_then(|rest| rest.strip_prefix('/')).unwrap_or(id)
}

fn spot(family: &Family, add: &CatalogAdd) -> Spot {
    let id = |id: &String| bare(family, id).to_owned();
    match (&add.after, &add.before, &add.like) {
        _ if add.first => Spot::First,
        (Some(after), ..) => Spot::After(id(after)),
        (_, Some(before), _) => Spot::Before(id(before)),
        (.., Some(like)) => Spot::After(id(like)),
        _ => Spot::Last,
    }
}

fn said(spot: &Spot) -> String {
    match spot {
        Spot::First => "before all others".to_owned(),
        Spot::Last => "after all others".to_owned(),
        Spot::After(id) => format!("after {}", visible(id)),
        Spot::Before(id) => format!("before {}", visible(id)),
    }
}

/// The model as it was given, and as the one is that it is like.
fn new_model(family: &Family, add: &CatalogAdd, id: &str) -> Result<NewModel, Vec<Diagnostic>> {
    let given = |at: usize| add.cost.iter().rev().find(|(price, _)| *price == at).map(|(_, number)| number.clone());
    let input = Some(add.input.clone()).filter(|input| !input.is_empty());
    let mut new = NewModel {
        name_is_guessed: add.name.is_none(),
        alias: add.alias.clone(),
        reasoning: add.reasoning,
        reasoning_label: add.reasoning_label.clone(),
        input,
        cost: NewCost { input: given(0), output: given(1), cache_read: given(2), cache_write: given(3) },
        context_window: add.context_window,
        max_tokens: add.max_tokens,
        ..NewModel::new(id, add.name.clone().unwrap_or_else(|| name_of(id)))
    };
    let Some(like) = &add.like else { return Ok(new) };
    let like = bare(family, like);
    let Some(model) = family.models.iter().find(|model| model.id == like) else {
        let fault = Diagnostic::new(Code::UnknownModel, &family.path, format!("--like: no model is called `{like}`"));
        let near = diagnostic::nearest(like, family.models.iter().map(|model| model.id.as_str()));
        let list = "`moonsync catalog show` lists the models".to_owned();
        return Err(vec![fault.help(near.map_or(list, |near| format!("did you mean `{near}`?")))]);
    };
    let cost = &model.cost;
    let price = |given: Option<Number>, like: &Number| given.or_else(|| Some(like.clone()));
    new.cost = NewCost {
        input: price(new.cost.input, &cost.input),
        output: price(new.cost.output, &cost.output),
        cache_read: price(new.cost.cache_read, &cost.cache_read),
        cache_write: price(new.cost.cache_write, &cost.cache_write),
    };
    // A label and levels say how it reasons: they go with that.
    if new.reasoning.is_none_or(|reasoning| reasoning == model.reasoning) {
        new.reasoning_label = new.reasoning_label.or_else(|| model.reasoning_label.clone());
        new.thinking_levels.clone_from(&model.thinking_levels);
    }
    new.reasoning.get_or_insert(model.reasoning);
    new.input.get_or_insert_with(|| model.input.clone());
    new.context_window.get_or_insert(model.context_window);
    new.max_tokens.get_or_insert(model.max_tokens);
    Ok(new)
}

fn retire(editor: &mut Editor, retire: &CatalogRetire, id: &str) -> Result<(String, Vec<Note>), Vec<Diagnostic>> {
    let heir = retire.replaced_by.as_deref().map(|heir| bare(editor.family(), heir).to_owned());
    let since = retire.since.clone().unwrap_or_else(day::today);
    let notes = editor.retire(id, heir.as_deref(), Some(&since))?;
    let mut done = format!("{} is retired since {}", visible(id), visible(&since));
    let family = editor.family();
    let gone = family.retired.iter().find(|gone| gone.id == id);
    match (&heir, gone.and_then(|gone| family.successor(gone))) {
        (Some(heir), Some(last)) if last == heir => {
            let _ = write!(done, " and replaced by {}", visible(heir));
        }
        (Some(heir), Some(last)) => {
            let _ = write!(done, " and replaced by {}, and so by {}", visible(heir), visible(last));
        }
        (Some(heir), None) => {
            let _ = write!(done, " and replaced by {}, and so by nothing", visible(heir));
        }
        (None, _) => {}
    }
    Ok((done, notes))
}
