//! Every setting is in the README's table and in `.env.example`, with its flag and its default, and nothing else is.

use std::collections::BTreeMap;

use clap::{Args, Command};
use image_manager::config::Settings;

use super::{code_spans, read, table_rows};

/// What the program itself says of a setting.
struct Setting {
    flag: String,
    default: Option<String>,
}

/// By variable.
fn settings() -> BTreeMap<String, Setting> {
    let command = Settings::augment_args(Command::new("image-manager"));
    let settings: BTreeMap<String, Setting> = command
        .get_arguments()
        .filter_map(|argument| {
            let variable = argument.get_env()?.to_str()?.to_owned();
            let default = argument.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
            Some((variable, Setting { flag: format!("--{}", argument.get_long()?), default }))
        })
        .collect();
    assert!(settings.len() > 20, "the settings were not found");
    settings
}

#[test]
fn the_readme_lists_every_setting_with_its_flag_and_default_and_no_other() {
    let settings = settings();
    let mut listed = Vec::new();
    for row in table_rows(&read("README.md")) {
        let Some(variable) = code_spans(&row[0]).first().copied().filter(|name| is_variable(name)) else { continue };
        let setting = settings.get(variable).unwrap_or_else(|| panic!("README.md: there is no setting {variable}"));
        assert_eq!(code_spans(&row[1]), [setting.flag.as_str()], "README.md: the flag of {variable}");
        if let Some(default) = &setting.default {
            assert_eq!(code_spans(&row[2]), [default.as_str()], "README.md: the default of {variable}");
        }
        listed.push(variable.to_owned());
    }
    listed.sort();
    assert_eq!(listed, settings.into_keys().collect::<Vec<_>>(), "README.md: the table of the configuration");
}

#[test]
fn the_example_file_has_every_setting_commented_out_under_a_line_that_explains_it_and_no_other() {
    let settings = settings();
    let text = read(".env.example");
    let mut listed = Vec::new();
    let mut before = "";
    for line in text.lines() {
        assert!(line.is_empty() || line.starts_with('#'), ".env.example: {line:?} is not commented out");
        let assignment = line.strip_prefix('#').and_then(|rest| rest.split_once('='));
        if let Some((variable, value)) = assignment.filter(|(name, _)| is_variable(name)) {
            let setting =
                settings.get(variable).unwrap_or_else(|| panic!(".env.example: there is no setting {variable}"));
            assert!(before.starts_with("# "), ".env.example: {variable} is not explained");
            if let Some(default) = &setting.default {
                assert_eq!(value, default, ".env.example: the default of {variable}");
            }
            listed.push(variable.to_owned());
        }
        before = line;
    }
    listed.sort();
    assert_eq!(listed, settings.into_keys().collect::<Vec<_>>(), ".env.example");
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
