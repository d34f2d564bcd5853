//! `moonsync import`: brings a family up to published lists of models, which are files or stdin; fetches nothing.

use super::day;
use super::family::{self, FamilyFile};
use super::output::Output;
use super::{Exit, Project, builtin, mending_command, paths};
use crate::cli::{self, Common, Import};
use moonsync::catalog::edit::Note;
use moonsync::catalog::{Family, Pattern};
use moonsync::diagnostic::{self, Code, Diagnostic, Sources};
use moonsync::import::{self, Choices, Comparison, Decision, Field, Listing, Place, Scope, Standing, Step};
use moonsync::report::human::plural;
use moonsync::report::import as report;
use moonsync::text::visible;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// No list of models is longer than this.
const LONGEST: u64 = 64 << 20;

/// What a list that comes on stdin is called.
const STDIN: &str = "<stdin>";

/// Holds lists against a family, and writes, checks or prints what follows for its file.
pub(crate) fn run(common: &Common, import: &Import, output: &mut Output) -> Exit {
    let mut sources = Sources::new();
    let project = match Project::open(common, &mut sources) {
        Ok(project) => project,
        Err(faults) => return output.faults(&faults, &sources),
    };
    let prepared = read_lists(common, import, &mut sources).and_then(|listings| {
        let number = choose(&project, import, &listings)?;
        Ok((listings, &project.catalog.families[number]))
    });
    let (listings, family) = match prepared {
        Ok(prepared) => prepared,
        Err(faults) => return output.faults(&faults, &sources),
    };
    let only: Vec<Pattern> = import.only.iter().map(Pattern::new).collect();
    let ignore: Vec<Field> = import.ignore.iter().flat_map(|field| fields(*field)).collect();
    let today = day::today();
    let scope = Scope { only: &only, ignore: &ignore, today: &today };
    let choices = choices(import);
    let decided = import::compare(family, &listings, &scope).and_then(|comparison| {
        let decision = import::decide(family, &comparison, &choices)?;
        Ok((comparison, decision))
    });
    let (comparison, decision) = match decided {
        Ok(decided) => decided,
        Err(faults) => return output.faults(&faults, &sources),
    };
    let change = match Change::new(&project, common, import, family, &decision, &sources) {
        Ok(change) => change,
        Err(faults) => return output.faults(&faults, &sources),
    };
    let mut all = project.warnings.clone();
    all.extend(comparison.gaps.iter().cloned());
    all.extend(decision.incomplete.iter().cloned());
    deliver(&project, common, import, family, &comparison, &decision, &change, all, &sources, output)
}

/// The fields that a word of `--take` or `--ignore` stands for.
fn fields(field: cli::ImportField) -> Vec<Field> {
    match field {
        cli::ImportField::All => Field::ALL.to_vec(),
        cli::ImportField::Name => vec![Field::Name],
        cli::ImportField::Reasoning => vec![Field::Reasoning],
        cli::ImportField::Input => vec![Field::Input],
        cli::ImportField::Cost => Field::COST.to_vec(),
        cli::ImportField::CostInput => vec![Field::CostInput],
        cli::ImportField::CostOutput => vec![Field::CostOutput],
        cli::ImportField::CostCacheRead => vec![Field::CostCacheRead],
        cli::ImportField::CostCacheWrite => vec![Field::CostCacheWrite],
        cli::ImportField::ContextWindow => vec![Field::ContextWindow],
        cli::ImportField::MaxTokens => vec![Field::MaxTokens],
    }
}

fn choices(import: &Import) -> Choices {
    // Whoever names one price means it, be it 0.
    let one_price = |field: &cli::ImportField| matches!(fields(*field).as_slice(), [field] if field.is_cost());
    Choices {
        take: import.take.iter().flat_map(|field| fields(*field)).collect(),
        take_zero: import.take.iter().filter(|field| one_price(field)).flat_map(|field| fields(*field)).collect(),
        retire: import.retire,
        place: match (&import.after, import.first) {
            (Some(id), _) => Place::After(id.clone()),
            (None, true) => Place::First,
            (None, false) => Place::Listed,
        },
    }
}

/// Reads the lists; all their faults at once.
fn read_lists(common: &Common, import: &Import, sources: &mut Sources) -> Result<Vec<Listing>, Vec<Diagnostic>> {
    let usage = |message: &str, help: &str| Err(vec![Diagnostic::new(Code::Usage, "", message).help(help)]);
    let stdin = Path::new("-");
    if common.stdin_path.is_some() {
        return usage("import reads no page from stdin", "a list on stdin is given as -: curl … | moonsync import -");
    }
    if import.sources.is_empty() {
        let help = "name files, or - for stdin; the program itself fetches nothing:\n\
                    curl -fsS https://models.dev/api.json | moonsync import -";
        return usage("import takes one or more lists of models", help);
    }
    if import.sources.iter().filter(|source| *source == stdin).count() > 1 {
        return usage("stdin can be read only once", "give one - at most, and save the other lists to files");
    }
    let mut listings = Vec::new();
    let mut faults = Vec::new();
    for source in &import.sources {
        let shown = if source == stdin { STDIN.to_owned() } else { paths::display(source) };
        let read = read(source, source == stdin, &shown).and_then(|text| {
            let listing = import::read(&shown, &text).map_err(|fault| *fault);
            sources.insert(shown.clone(), text.into());
            listing
        });
        match read {
            Ok(listing) => listings.push(listing),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(listings) } else { Err(faults) }
}

fn read(source: &Path, stdin: bool, shown: &str) -> Result<String, Diagnostic> {
    let io = |error: io::Error| Diagnostic::new(Code::Io, shown, format!("cannot be read: {error}"));
    if !stdin && source.is_dir() {
        let fault = Diagnostic::new(Code::Usage, shown, "this is a folder, and import takes lists");
        return Err(fault.help("name the files in it that are wanted"));
    }
    let mut bytes = Vec::new();
    let mut take = |reader: &mut dyn Read| reader.take(LONGEST + 1).read_to_end(&mut bytes);
    if stdin { take(&mut io::stdin().lock()) } else { File::open(source).and_then(|mut file| take(&mut file)) }
        .map_err(io)?;
    let unknown = |message: String| Diagnostic::new(Code::UnknownList, shown, message);
    if bytes.len() as u64 > LONGEST {
        return Err(unknown("more than 64 MiB: this is no list of models".to_owned()));
    }
    let packed = [&b"\x1f\x8b"[..], b"\x28\xb5\x2f\xfd", b"PK\x03\x04"].iter().any(|magic| bytes.starts_with(magic));
    String::from_utf8(bytes).map_err(|error| {
        let fault = unknown(format!("this is no text: not UTF-8 at byte {}", error.utf8_error().valid_up_to()));
        if packed {
            fault.help("it is compressed: unpack it first, or download it with `curl --compressed`")
        } else {
            fault
        }
    })
}

/// The number of the family that is meant.
fn choose(project: &Project, import: &Import, listings: &[Listing]) -> Result<usize, Vec<Diagnostic>> {
    let Some(wanted) = &import.family else {
        return import::choose(&project.catalog, listings).map_err(|fault| vec![*fault]);
    };
    project.family_named(wanted).map_err(|fault| vec![fault])
}

/// What becomes of the family's file.
struct Change {
    file: FamilyFile,
    /// Nothing where nothing changes.
    new: Option<String>,
    notes: Vec<Note>,
}

impl Change {
    /// Makes the changes to the family's file, in memory.
    fn new(
        project: &Project,
        common: &Common,
        import: &Import,
        family: &Family,
        decision: &Decision,
        sources: &Sources,
    ) -> Result<Self, Vec<Diagnostic>> {
        if builtin::holds(&family.path) && (import.diff || !import.check) {
            return Err(vec![family::built_in("import with --check says what it lacks; to write, ")]);
        }
        let file = FamilyFile::new(project, common, family, sources).map_err(|fault| vec![fault])?;
        let mut editor = file.editor()?;
        let notes = decision.apply(&mut editor)?;
        let new = editor.is_changed().then(|| editor.text().to_owned());
        Ok(Self { file, new, notes })
    }

    fn patch(&self, project: &Project) -> Result<String, Diagnostic> {
        self.new.as_ref().map_or_else(|| Ok(String::new()), |new| self.file.patch(project, new))
    }
}

/// Writes, checks or prints what was decided.
#[expect(clippy::too_many_arguments, reason = "all that a run ends with")]
fn deliver(
    project: &Project,
    common: &Common,
    import: &Import,
    family: &Family,
    comparison: &Comparison<'_>,
    decision: &Decision,
    change: &Change,
    mut all: Vec<Diagnostic>,
    sources: &Sources,
    output: &mut Output,
) -> Exit {
    let writes = !import.check && !import.diff;
    let mut patch = String::new();
    let mut faults = Vec::new();
    if import.diff {
        change.patch(project).map_or_else(|fault| faults.push(fault), |text| patch = text);
    }
    if writes && let Err(failed) = change.file.write(change.new.as_deref()) {
        faults.extend(failed);
    }
    if !faults.is_empty() {
        all.extend(faults);
        diagnostic::sort(&mut all);
        return output.faults(&all, sources);
    }
    let unlisted = comparison.models.iter().filter(|model| matches!(model.standing, Standing::Unlisted { .. })).count();
    let tally = Tally {
        new: comparison.new_models().count(),
        left_out: decision.incomplete.len(),
        disputed: disputed(comparison, decision),
        unlisted,
        changes: change.new.is_some(),
    };
    let mut shown = report::comparison(comparison, decision, common.verbose);
    for note in &change.notes {
        let _ = writeln!(shown, "{}:{}: {}", visible(&family.path), note.line, visible(&note.message));
    }
    if import.check {
        shown.push_str(&tally.mend(builtin::holds(&family.path)));
    }
    if import.diff {
        output.raw(patch.as_bytes());
    }
    match (common.quiet, import.diff) {
        (true, _) => {}
        (false, true) => output.note(&shown), // the result is the patch
        (false, false) => output.result(&shown),
    }
    diagnostic::sort(&mut all);
    let warned = all.iter().any(|diagnostic| !diagnostic.is_error());
    output.diagnostics(&all, sources, common.strict);
    output.closing(&tally.closing_line(family, decision, import, change.new.is_some()));
    if import.check && tally.is_behind() || common.strict && warned { Exit::Drift } else { Exit::Fine }
}

/// What a run found.
struct Tally {
    new: usize,
    left_out: usize,
    /// Fields of models that the catalog has, contradicted and not taken: the fields, each once, and how often.
    disputed: (Vec<Field>, usize),
    /// Models that no list has.
    unlisted: usize,
    /// Whether a run that writes would change the family's file.
    changes: bool,
}

fn disputed(comparison: &Comparison<'_>, decision: &Decision) -> (Vec<Field>, usize) {
    let mut fields = Vec::new();
    let mut count = 0;
    for model in comparison.models.iter().filter(|model| model.standing == Standing::Known) {
        let taken =
            |field| decision.steps.iter().any(|s| matches!(s, Step::Set(id, f, _) if *id == model.id && *f == field));
        for row in model.rows.iter().filter(|row| row.is_disputed() && !taken(row.field)) {
            fields.push(row.field);
            count += 1;
        }
    }
    fields.sort_unstable();
    fields.dedup();
    (fields, count)
}

impl Tally {
    fn is_behind(&self) -> bool {
        self.new + self.disputed.1 > 0 || self.changes
    }

    fn disputed_keys(&self) -> String {
        self.disputed.0.iter().map(|field| field.key()).collect::<Vec<_>>().join(",")
    }

    /// The commands that bring the catalog up to the lists.
    fn mend(&self, built_in: bool) -> String {
        let mut out = String::new();
        if built_in {
            return out; // what would be written is not the user's
        }
        if self.changes {
            let _ = writeln!(out, "to write what is new: {}", mending_command());
        }
        if self.disputed.1 > 0 {
            let _ = writeln!(out, "to take what the lists say: {} --take {}", mending_command(), self.disputed_keys());
        }
        out
    }

    /// The line in which the run ends.
    fn closing_line(&self, family: &Family, decision: &Decision, import: &Import, changed: bool) -> String {
        let count = |of: fn(&Step) -> bool| decision.steps.iter().filter(|step| of(step)).count();
        let added = count(|step| matches!(step, Step::Add(..)));
        let set = count(|step| matches!(step, Step::Set(..)));
        let retired = count(|step| matches!(step, Step::Retire(_)));
        let writes = !import.check && !import.diff;
        let mut parts = Vec::new();
        let mut part = |count: usize, what: &str, done: &str, due: &str| {
            if count > 0 {
                parts.push(format!("{} {}", plural(count, what), if writes { done } else { due }));
            }
        };
        part(added, "model", "added", "to add");
        part(set, "value", "taken", "to take");
        part(retired, "model", "retired", "to retire");
        part(self.left_out, "new model", "left out", "to complete by hand");
        part(self.disputed.1, "value", "contradicted and left", "contradicted");
        part(if import.retire { 0 } else { self.unlisted }, "model", "not listed", "not listed");
        let file = visible(&family.path);
        if parts.is_empty() {
            return format!("moonsync: {file} has all that the lists say");
        }
        let next = match (writes && changed, writes && self.disputed.1 > 0) {
            (true, _) => "; next: moonsync".to_owned(),
            (false, true) => format!("; --take {} takes what the lists say", self.disputed_keys()),
            (false, false) => String::new(),
        };
        format!("moonsync: {file}: {}{next}", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_price_by_name_may_be_zero() {
        let take = |words: &[cli::ImportField]| choices(&Import { take: words.to_vec(), ..Import::default() });
        use cli::ImportField::{All, ContextWindow, Cost, CostInput};
        assert_eq!(take(&[All]).take, Field::ALL);
        assert_eq!(take(&[All, Cost, ContextWindow]).take_zero, []);
        assert_eq!(take(&[Cost, CostInput]).take_zero, [Field::CostInput]);
    }
}
