//! `moonsync completions`, `moonsync man` and `moonsync schema`: what shells, manuals and editors know of moonsync.

use super::Exit;
use super::output::Output;
use crate::cli::{Cli, Man, SchemaFile};
use clap::{Command, CommandFactory};
use clap_complete::{Shell, generate};
use clap_mangen::Man as Page;
use moonsync::diagnostic::{Code, Diagnostic, Sources, nearest};
use moonsync::schema;

/// What a page says that it comes from.
const SOURCE: &str = concat!("moonsync ", env!("CARGO_PKG_VERSION"));

/// The command that was probably meant by a word that is none.
pub(crate) fn command_near(word: &str) -> Option<String> {
    let program = Cli::command();
    if program.get_arguments().any(|argument| argument.get_long() == Some(word)) {
        return Some(format!("--{word}"));
    }
    let group = program.get_subcommands().find(|group| group.find_subcommand(word).is_some());
    match group.filter(|group| group.get_name() != "help") {
        Some(group) => Some(format!("{} {word}", group.get_name())),
        None => nearest(word, program.get_subcommands().map(Command::get_name)).map(str::to_owned),
    }
}

/// Prints the completions of a shell.
pub(crate) fn completions(shell: Shell, output: &mut Output) -> Exit {
    let mut text = Vec::new();
    generate(shell, &mut Cli::command(), "moonsync", &mut text);
    output.raw(&text);
    Exit::Fine
}

/// Prints the schema of a file.
pub(crate) fn schema(file: SchemaFile, output: &mut Output) -> Exit {
    let file = match file {
        SchemaFile::Family => schema::File::Family,
        SchemaFile::Locale => schema::File::Locale,
        SchemaFile::Config => schema::File::Config,
    };
    output.raw(schema::schema(file).as_bytes());
    Exit::Fine
}

/// Prints a manual page, or the names of all.
pub(crate) fn man(man: &Man, output: &mut Output) -> Exit {
    let pages = pages();
    if man.list {
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        output.raw((names.join("\n") + "\n").as_bytes());
        return Exit::Fine;
    }
    let wanted = man.page.as_deref().unwrap_or("moonsync");
    let Some((_, page)) =
        pages.iter().find(|(name, _)| name == wanted || name.strip_prefix("moonsync-") == Some(wanted))
    else {
        let fault = Diagnostic::new(Code::Usage, "", format!("there is no manual page {wanted}"));
        let help = match nearest(wanted, pages.iter().map(|(name, _)| name.as_str())) {
            Some(near) => format!("did you mean {near}?"),
            None => "moonsync man --list prints the names of all".to_owned(),
        };
        return output.faults(&[fault.help(help)], &Sources::new());
    };
    output.raw(page);
    Exit::Fine
}

/// The pages by name: of the program, and of every command.
fn pages() -> Vec<(String, Vec<u8>)> {
    let mut pages = Vec::new();
    let mut program = Cli::command();
    program = program.disable_help_subcommand(true);
    program.build();
    add(program, "moonsync".to_owned(), &mut pages);
    pages
}

fn add(command: Command, name: String, pages: &mut Vec<(String, Vec<u8>)>) {
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        add(inner.clone(), format!("{name}-{}", inner.get_name()), pages);
    }
    let mut text = Vec::new();
    // Writing to memory does not fail; were it to, the page would be short, not wrong.
    // What the short help leaves out has no text on the page either.
    let command = command.display_name(name.clone()).mut_args(|argument| argument.hide_short_help(false));
    let page = Page::new(command).source(SOURCE).manual("moonsync");
    let _ = page.render(&mut text);
    pages.push((name, text));
    pages.sort();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_with_its_options() {
        let pages = pages();
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        for name in ["moonsync", "moonsync-status", "moonsync-mark-insert", "moonsync-catalog-add"] {
            assert!(names.contains(&name), "{names:?}");
        }
        let (_, insert) = pages.iter().find(|(name, _)| name == "moonsync-mark-insert").expect("a page");
        let insert = String::from_utf8_lossy(insert);
        assert!(insert.contains("one a core"), "an option without words: {insert}");
        assert!(insert.contains(".TH moonsync-mark-insert 1") && insert.contains("after\\-heading"), "{insert}");
    }

    #[test]
    fn every_shell_has_completions_of_every_command() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Elvish, Shell::PowerShell] {
            let mut text = Vec::new();
            generate(shell, &mut Cli::command(), "moonsync", &mut text);
            let text = String::from_utf8(text).expect("UTF-8");
            for word in ["status", "restore", "retire", "keep-going"] {
                assert!(text.contains(word), "{shell}: {word}");
            }
        }
    }
}
