//! What is measured, what is refused, and what the measuring takes.

use async_graphql::parser::parse_query;

use super::*;

fn measured(query: &str) -> Result<Measured, Problem> {
    lexer::scan(query).unwrap();
    measure(&parse_query(query).unwrap())
}

/// `levels` fragments that each spread the next one `times`.
fn bomb(levels: usize, times: usize) -> String {
    let fragment = |level: usize| match level {
        level if level == levels => format!("fragment F{level} on Query {{ a }} "),
        level => {
            format!("fragment F{level} on Query {{ {} }} ", format!("...F{} ", level + 1).repeat(times))
        }
    };
    format!("{{ ...F1 }} {}", (1..=levels).map(fragment).collect::<String>())
}

#[test]
fn a_fragment_bomb_costs_no_more_than_reading_it() {
    for (levels, times) in [(24, 2), (10, 4), (6, 100)] {
        let document = parse_query(bomb(levels, times)).unwrap();
        let mut meter = Meter { document: &document, fragments: HashMap::new(), visited: 0, meetings: 0 };
        for (_, operation) in document.operations.iter() {
            meter.selection_set(&operation.node.selection_set.node, 1).unwrap();
        }
        let written = 1 + times * (levels - 1) + 1;
        assert_eq!(meter.visited as usize, written, "{levels} × {times}");
        assert_eq!(measure(&document).unwrap_err().code, Code::TooComplex, "{levels} × {times}");
    }
}

#[test]
fn fragments_count_each_time_they_are_spread() {
    let cost = measured(&bomb(3, 3)).unwrap().cost;
    // The spread of F1, 3 + 9 more, and 9 fields.
    assert_eq!((cost.selections, cost.roots, cost.depth), (1 + 3 + 9 + 9, 9, 1));
}

#[test]
fn each_limit_names_itself_and_the_number() {
    let nested = |levels: usize| format!("{}{{a}}{}", "{a".repeat(levels), "}".repeat(levels));
    let table = [
        (nested(20), "21 levels"),
        (format!("{{ {} }}", "a ".repeat(21)), "21 root fields"),
        (format!("{{ r {{ {} }} }}", "a ".repeat(2_000)), "2001 selections"),
        (format!("{{ r {{ {} }} }}", "b:a ".repeat(101)), "101 aliases"),
        (format!("{{ a {} }}", "@x ".repeat(51)), "51 directives"),
        (format!("{{ {} }} fragment F on Q {{ a(b: [{}]) }}", "...F ".repeat(11), "1 ".repeat(999)), "11000 values"),
        ((0..51).map(|i| format!("query Q{i} {{ a }} ")).collect(), "51 definitions"),
    ];
    for (query, expected) in table {
        let problem = measured(&query).expect_err(expected);
        assert_eq!(problem.code, Code::TooComplex);
        assert!(problem.message.contains(expected), "{expected}: {}", problem.message);
    }
}

#[test]
fn what_the_validation_would_compare_over_and_over_is_refused() {
    let fields = "a ".repeat(1_200);
    let arguments = |number: usize| (0..number).map(|n| format!("x{n}: 1 ")).collect::<String>();
    let nested = |levels: usize, fields: &str| {
        format!("{{ r {{ {}{fields}{} }} }}", "... { ".repeat(levels), " }".repeat(levels))
    };
    let wide = format!("a({}) ", arguments(19)).repeat(60);
    assert!(measured(&nested(2, &fields)).is_ok() && measured(&nested(2, &wide)).is_ok());
    for (query, expected) in [
        (nested(50, &fields), "61201 fields that meet"),
        (nested(8, &wide), "10801 fields that meet"),
        (format!("{{ a({}) }}", arguments(51)), "51 arguments of one field"),
    ] {
        let problem = measured(&query).expect_err(expected);
        assert_eq!(problem.code, Code::TooComplex, "{expected}");
        assert!(problem.message.contains(expected), "{expected}: {}", problem.message);
    }
}

#[test]
fn a_fragment_that_nobody_spreads_is_refused_unmeasured() {
    let query = format!("{{ a }} fragment F on Q {{ {} }}", "... { a } ".repeat(600));
    assert_eq!(measured(&query).unwrap_err().code, Code::ValidationFailed);
}

#[test]
fn a_fragment_that_spreads_itself_is_an_error() {
    for query in [
        "{ ...A } fragment A on Q { ...A }",
        "{ ...A } fragment A on Q { b { ...B } } fragment B on Q { ... { ...A } }",
    ] {
        let problem = measured(query).unwrap_err();
        assert_eq!((problem.code, problem.locations.len()), (Code::ValidationFailed, 1));
    }
}

#[test]
fn the_usual_introspection_query_passes_and_one_that_multiplies_does_not() {
    let of_type = format!("{}kind name{}", "ofType { ".repeat(9), " }".repeat(9));
    let usual = format!(
        "{{ __schema {{ queryType {{ name }} types {{ ...F }} directives {{ name args {{ ...I }} }} }} }}
         fragment F on __Type {{ kind name fields(includeDeprecated: true) {{ name args {{ ...I }} type {{ ...T }} }}
           inputFields {{ ...I }} interfaces {{ ...T }} enumValues {{ name }} possibleTypes {{ ...T }} }}
         fragment I on __InputValue {{ name type {{ ...T }} defaultValue }}
         fragment T on __Type {{ kind name {of_type} }}"
    );
    assert_eq!(measured(&usual).unwrap().cost.depth, 15);
    let nested = |levels: usize| {
        format!("{{ __schema {{ types {}{{ name }}{} }} }}", "{ fields { type ".repeat(levels), " } }".repeat(levels))
    };
    assert!(measured(&nested(2)).is_ok());
    assert_eq!(measured(&nested(3)).unwrap_err().code, Code::TooComplex);
}
