//! What a provider can do: where it starts, by kind, and what it turned out not to know, learned from its refusals
//! and remembered for the life of the process.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::config::Provider;

/// How the shape of the answer is asked for, from the firmest to the one that every server knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `response_format: json_schema`, strict.
    Schema,
    /// `response_format: json_object`; the prompt names the keys.
    Object,
    /// The prompt alone.
    Text,
}

/// The name of the field that limits the answer's tokens: OpenAI's newer models know only the newer one, most other
/// servers only the older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LimitField {
    MaxCompletionTokens,
    MaxTokens,
    Absent,
}

/// The optional parts of a request, which some servers refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Format,
    Limit,
}

/// How to ask now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ability {
    pub format: Format,
    pub limit_field: LimitField,
    /// Most tokens of one answer, the model's thinking included.
    pub max_tokens: u32,
    /// Whether the schema says `additionalProperties: false`. OpenAI insists on it, Gemini has refused it.
    pub closed_schema: bool,
    format_step: usize,
    limit_step: usize,
}

/// What is known so far. Both ladders are only walked down.
pub(super) struct Abilities {
    limits: [LimitField; 3],
    max_tokens: u32,
    closed_schema: bool,
    format_step: AtomicUsize,
    limit_step: AtomicUsize,
}

const FORMATS: [Format; 3] = [Format::Schema, Format::Object, Format::Text];

impl Abilities {
    pub(super) fn of(provider: Provider) -> Self {
        use LimitField::{Absent, MaxCompletionTokens, MaxTokens};
        // OpenAI's and Google's models may think before they write, and thinking counts; a local model's window is
        // often no larger than 8,192 tokens, prompt and picture included.
        let (limits, max_tokens) = match provider {
            Provider::OpenAi => ([MaxCompletionTokens, MaxTokens, Absent], 8192),
            Provider::Gemini => ([MaxTokens, MaxCompletionTokens, Absent], 8192),
            Provider::Compatible => ([MaxTokens, MaxCompletionTokens, Absent], 4096),
        };
        Self {
            limits,
            max_tokens,
            closed_schema: provider != Provider::Gemini,
            format_step: AtomicUsize::new(0),
            limit_step: AtomicUsize::new(0),
        }
    }

    pub(super) fn now(&self) -> Ability {
        let format_step = self.format_step.load(Ordering::Relaxed);
        let limit_step = self.limit_step.load(Ordering::Relaxed);
        Ability {
            format: FORMATS.get(format_step).copied().unwrap_or(Format::Text),
            limit_field: self.limits.get(limit_step).copied().unwrap_or(LimitField::Absent),
            max_tokens: self.max_tokens,
            closed_schema: self.closed_schema,
            format_step,
            limit_step,
        }
    }

    /// Notes that a request made with `used` was refused for `part`. False when there is nothing left to give up.
    ///
    /// One step below what was used, not below what is known now: two refusals of the same thing, at the same time,
    /// are one lesson.
    pub(super) fn give_up(&self, part: Part, used: Ability) -> bool {
        let (step, used, last) = match part {
            Part::Format => (&self.format_step, used.format_step, FORMATS.len() - 1),
            Part::Limit => (&self.limit_step, used.limit_step, self.limits.len() - 1),
        };
        used < last && {
            step.fetch_max(used + 1, Ordering::Relaxed);
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_is_answered_with_less_until_nothing_is_left() {
        let abilities = Abilities::of(Provider::Compatible);
        let mut formats = vec![abilities.now().format];
        while abilities.give_up(Part::Format, abilities.now()) {
            formats.push(abilities.now().format);
        }
        assert_eq!(formats, FORMATS);
        assert_eq!(abilities.now().limit_field, LimitField::MaxTokens);
    }

    #[test]
    fn two_refusals_of_the_same_thing_are_one_lesson() {
        let abilities = Abilities::of(Provider::Compatible);
        let used = abilities.now();
        assert!(abilities.give_up(Part::Format, used));
        assert!(abilities.give_up(Part::Format, used));
        assert_eq!(abilities.now().format, Format::Object);
    }

    #[test]
    fn openai_is_asked_with_its_newer_field_and_others_with_the_older() {
        assert_eq!(Abilities::of(Provider::OpenAi).now().limit_field, LimitField::MaxCompletionTokens);
        assert_eq!(Abilities::of(Provider::Gemini).now().limit_field, LimitField::MaxTokens);
        assert_eq!(Abilities::of(Provider::Compatible).now().limit_field, LimitField::MaxTokens);
    }
}
