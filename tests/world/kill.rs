//! Killed at any moment, and at every step: each file is old or new, and the next run clears and finishes.

use super::{World, catalog, end, finish, page};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

const OLD: [&str; 2] = ["old", "older"];
const NEW: [&str; 3] = ["new", "old", "older"];

/// Random numbers (xorshift): the kills of one seed are the same delays.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }
}

/// A tree of pages, old and new.
fn grove(pages: usize) -> (World, Vec<(PathBuf, String, String)>) {
    let world = World::new(&[("catalog/k.toml", &catalog(&NEW))]);
    let pages = (0..pages).map(|n| {
        // Of several sizes: one write or many.
        let prose = "A line of prose that is there to be kept.\n".repeat(n * 3);
        let (old, new) = (format!("{}{prose}", page(&OLD)), format!("{}{prose}", page(&NEW)));
        let path = PathBuf::from(format!("docs/part-{}/page-{n}.md", n % 5));
        world.write(&path, &old);
        (path, old, new)
    });
    let pages = pages.collect();
    (world, pages)
}

/// How many pages are new; none may be anything between.
#[track_caller]
fn new_ones(world: &World, pages: &[(PathBuf, String, String)]) -> usize {
    let is_new = |(path, old, new): &&(PathBuf, String, String)| {
        let text = world.read(path);
        assert!(text == *old || text == *new, "{} is torn: {} bytes", path.display(), text.len());
        text == *new
    };
    pages.iter().filter(is_new).count()
}

/// Starts a run and waits until it has begun to write, or has ended.
fn begun(world: &World, first: &Path) -> Child {
    let mut child = world.moonsync(["docs"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begin = Instant::now();
    while !world.path(first).exists() && child.try_wait().unwrap().is_none() {
        assert!(begin.elapsed() < super::PATIENCE, "it hangs");
        std::thread::yield_now();
    }
    child
}

#[test]
fn a_kill_at_a_random_moment_leaves_every_page_old_or_new() {
    let kills = std::env::var("MOONSYNC_KILLS").ok().map_or(40, |kills| kills.parse().unwrap());
    let (world, pages) = grove(60);
    let reset = |world: &World| pages.iter().for_each(|(path, old, _)| world.write(path, old));
    // How long a run takes until it writes, and how long it writes.
    let first = Path::new("docs/part-0/.page-0.md.moonsync~");
    let begin = Instant::now();
    let mut child = begun(&world, first);
    let reading = begin.elapsed();
    end(&mut child);
    let writing = begin.elapsed() - reading;
    assert_eq!(new_ones(&world, &pages), pages.len());

    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut before, mut between, mut after, mut littered) = (0, 0, 0, 0);
    reset(&world);
    let mut kill = 0;
    // On a busy machine a run may be over before it can be killed: then some more are tried.
    while kill < kills || littered + between == 0 && kill < kills * 20 {
        kill += 1;
        // One of eight at any moment, the others while it writes.
        let mut child = match random.below(8) {
            0 => {
                let child = world.moonsync(["docs"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
                std::thread::sleep(Duration::from_micros(random.below(reading.as_micros() as u64)));
                child
            }
            _ => {
                let child = begun(&world, first);
                let until = Instant::now() + Duration::from_nanos(random.below(writing.as_nanos() as u64 * 3 / 4));
                while Instant::now() < until {
                    std::hint::spin_loop(); // a sleep may be longer than all that is written
                }
                child
            }
        };
        child.kill().unwrap();
        end(&mut child);
        littered += usize::from(!world.litter().is_empty());
        match new_ones(&world, &pages) {
            0 => before += 1,
            new if new == pages.len() => after += 1,
            _ => between += 1,
        }
        // Mostly the next run meets what a killed one left; now and then several killed ones in a row have.
        if random.below(4) > 0 {
            world.run(["docs"]).ended(0);
            assert_eq!(new_ones(&world, &pages), pages.len());
            assert_eq!(world.litter(), Vec::<PathBuf>::new());
            reset(&world);
        }
    }
    world.run(["docs"]).ended(0);
    assert_eq!(new_ones(&world, &pages), pages.len());
    assert_eq!(world.litter(), Vec::<PathBuf>::new());
    println!(
        "{kill} kills: {before} with all pages old, {between} with some, {after} with all new; {littered} littered"
    );
    assert!(littered + between > 0, "no kill met a run that was writing");
}

/// The system calls that change something, and the one that takes the right to.
const STEPS: [&str; 10] = [
    "write,writev",
    "fsync,fdatasync",
    "?rename",
    "?renameat,?renameat2",
    "?link,linkat",
    "?unlink,unlinkat",
    "?mkdir,mkdirat",
    "fchmod",
    "fchown",
    "flock",
];

/// Kills a run at its first system call of each kind, its second, and so on until it gets through; `check` looks at
/// what each left. Gives the number of kills.
fn every_step(world: &World, arguments: &[&str], reset: impl Fn(), check: impl Fn()) -> usize {
    let mut kills = 0;
    for calls in STEPS {
        for step in 1.. {
            reset();
            let mut strace = world.command("strace", ["-f", "-qq", "-o", "/dev/null"]);
            strace
                .arg("-e")
                .arg(format!("trace={calls}"))
                .arg("-e")
                .arg(format!("inject={calls}:signal=KILL:when={step}"));
            strace.arg(super::MOONSYNC).args(arguments);
            let run = finish(strace);
            check();
            if run.code == Some(0) {
                break;
            }
            assert!(run.code.is_none() || run.code == Some(128 + 9), "{:?}: {}", run.code, run.err);
            kills += 1;
        }
    }
    kills
}

/// Whether a process can be traced here.
pub(super) fn can_trace(world: &World) -> bool {
    let can = world.has("strace") && finish(world.command("strace", ["-o", "/dev/null", "true"])).code == Some(0);
    if !can {
        println!("NOT TRIED: there is no strace that works here; the kills at random moments have to do");
    }
    can
}

#[test]
fn a_kill_at_every_step_leaves_every_page_old_or_new() {
    let (world, pages) = grove(3);
    if !can_trace(&world) {
        return;
    }
    let reset = || pages.iter().for_each(|(path, old, _)| world.write(path, old));
    let steps = every_step(&world, &["-q", "-j1", "docs"], reset, || {
        new_ones(&world, &pages);
        world.run(["-q", "docs"]).ended(0);
        assert_eq!(new_ones(&world, &pages), pages.len());
        assert_eq!(world.litter(), Vec::<PathBuf>::new());
    });
    assert!(steps > 15, "only {steps} steps were seen");
    println!("{steps} steps");
}

#[test]
fn a_kill_at_every_step_leaves_every_new_file_whole_or_absent() {
    let row = |yes: &str, no: &str| {
        format!(
            "<!-- k-table:start -->\n| Model ref | Reasoning |\n| --- | --- |\n| `p/new` | {yes} |\n| `p/old` | {no} |\n\
             <!-- k-table:end -->\n"
        )
    };
    let catalog = catalog(&["new", "old"]).replace("id = \"new\"", "reasoning = true\nid = \"new\"")
        + "\n[regions.table]\nkind = \"table\"\ncolumns = [\"ref\", \"reasoning\"]\n";
    let world = World::new(&[
        ("catalog/k.toml", &catalog),
        ("docs/a.md", &row("Yes", "No")),
        ("docs/b.md", &row("Yes", "No")),
        ("docs/fr/a.md", &row("Oui", "Non")),
        ("docs/fr/b.md", &row("Oui", "Non")),
        ("docs/de/a.md", &row("Ja", "Nein")),
        ("docs/de/b.md", &row("Ja", "Nein")),
    ]);
    let whole = |tag: &str| world.path(format!("catalog/locales/{tag}.toml"));
    world.run(["harvest"]).ended(0);
    let written = ["de", "fr"].map(|tag| fs::read_to_string(whole(tag)).unwrap());
    assert!(written[1].contains("Oui"), "{}", written[1]);
    if !can_trace(&world) {
        return;
    }
    let reset = || fs::remove_dir_all(world.path("catalog/locales")).unwrap_or_default();
    let steps = every_step(&world, &["-q", "-j1", "harvest"], reset, || {
        for (tag, text) in ["de", "fr"].iter().zip(&written) {
            if let Ok(now) = fs::read_to_string(whole(tag)) {
                assert_eq!(now, *text, "{tag} is torn");
            }
        }
        world.run(["-q", "harvest"]).ended(0);
        assert_eq!(["de", "fr"].map(|tag| fs::read_to_string(whole(tag)).unwrap()), written);
        assert_eq!(world.litter(), Vec::<PathBuf>::new());
    });
    assert!(steps > 8, "only {steps} steps were seen");
}

#[test]
fn a_kill_at_every_step_of_an_adoption_leaves_one_that_can_be_finished() {
    let world = World::new(&[("docs/a.md", &page(&OLD)), ("docs/fr/a.md", &page(&OLD))]);
    let made = ["moonsync.toml", "catalog/k.toml", ".github/workflows/moonsync.yml"];
    world.run(["init", "--yes"]).ended(0);
    let written = made.map(|path| world.read(path));
    let reset = || {
        ["catalog", ".github"].iter().for_each(|folder| fs::remove_dir_all(world.path(folder)).unwrap_or_default());
        fs::remove_file(world.path("moonsync.toml")).unwrap_or_default();
    };
    if !can_trace(&world) {
        return;
    }
    let steps = every_step(&world, &["-q", "init", "--yes"], reset, || {
        for (path, text) in made.iter().zip(&written) {
            let now = fs::read_to_string(world.path(path));
            assert!(now.is_err() || now.unwrap() == *text, "{path} is torn");
        }
        if !world.path(made[0]).exists() {
            world.run(["init", "--yes"]).ended(0);
        }
        assert_eq!(made.map(|path| world.read(path)), written);
        assert_eq!(world.litter(), Vec::<PathBuf>::new());
    });
    assert!(steps > 8, "only {steps} steps were seen");
}
