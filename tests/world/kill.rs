//! Killed at any moment, and at every step: each file is old or new, and the next run clears and finishes.

use super::{World, catalog, end, finish, page};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
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
        let prose = "A line of prose that is there to be kept.\n".repeat(n * n * 7);
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

#[test]
fn a_kill_at_a_random_moment_leaves_every_page_old_or_new() {
    let kills = std::env::var("MOONSYNC_KILLS").ok().map_or(40, |kills| kills.parse().unwrap());
    let (world, pages) = grove(60);
    let begin = Instant::now();
    world.run(["docs"]).ended(0);
    let whole = begin.elapsed();
    assert_eq!(new_ones(&world, &pages), pages.len());

    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut before, mut between, mut after, mut littered) = (0, 0, 0, 0);
    let reset = |world: &World| pages.iter().for_each(|(path, old, _)| world.write(path, old));
    reset(&world);
    for kill in 0..kills {
        let mut child = world.moonsync(["docs"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(random.below(whole.as_micros() as u64 * 5 / 4)));
        child.kill().unwrap();
        end(&mut child);
        let new = new_ones(&world, &pages);
        littered += usize::from(!world.litter().is_empty());
        match new {
            0 => before += 1,
            new if new == pages.len() => after += 1,
            _ => between += 1,
        }
        // Mostly the next run meets what a killed one left; now and then several killed ones in a row have.
        if random.below(4) > 0 || kill + 1 == kills {
            world.run(["docs"]).ended(0);
            assert_eq!(new_ones(&world, &pages), pages.len());
            assert_eq!(world.litter(), Vec::<PathBuf>::new());
            reset(&world);
        }
    }
    println!("{kills} kills: {before} with all pages old, {between} with some, {after} with all new; {littered} littered");
}

/// The system calls that change something, and those that take and give up the right to.
const STEPS: &str = "inject=?write,?writev,?ftruncate,?fsync,?fdatasync,?rename,?renameat,?renameat2,?link,?linkat,\
    ?unlink,?unlinkat,?mkdir,?mkdirat,?rmdir,?chmod,?fchmod,?fchmodat,?chown,?fchown,?fchownat,?flock,?fcntl,?openat,?open";

/// Kills a run at its first step, its second, and so on until it gets through; `check` looks at what each left.
/// Gives the number of steps.
fn every_step(world: &World, arguments: &[&str], reset: impl Fn(), check: impl Fn(usize)) -> usize {
    for step in 1..2000 {
        reset();
        let mut strace = world.command("strace", ["-f", "-qq", "-o", "/dev/null", "-e", "trace=!all", "-e"]);
        strace.arg(format!("{STEPS}:signal=KILL:when={step}")).arg(super::MOONSYNC).args(arguments);
        let run = finish(strace);
        check(step);
        if run.code == Some(0) {
            return step;
        }
        assert!(run.code.is_none() || run.code == Some(128 + 9), "{:?}: {}", run.code, run.err);
    }
    panic!("no end of steps");
}

/// Whether a process can be traced here.
fn can_trace(world: &World) -> bool {
    let can = world.has("strace") && finish(world.command("strace", ["-o", "/dev/null", "true"])).code == Some(0);
    if !can {
        println!("NOT TRIED: there is no strace that works here; the kills at random moments have to do");
    }
    can
}

#[test]
fn a_kill_at_every_step_leaves_every_page_old_or_new() {
    let (world, pages) = grove(2);
    if !can_trace(&world) {
        return;
    }
    let reset = || pages.iter().for_each(|(path, old, _)| world.write(path, old));
    let steps = every_step(&world, &["-q", "-j1", "docs"], reset, |_| {
        new_ones(&world, &pages);
        world.run(["-q", "docs"]).ended(0);
        assert_eq!(new_ones(&world, &pages), pages.len());
        assert_eq!(world.litter(), Vec::<PathBuf>::new());
    });
    assert!(steps > 10, "only {steps} steps were seen");
    println!("{steps} steps");
}
