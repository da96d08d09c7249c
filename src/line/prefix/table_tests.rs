use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn parse(rows: &str) -> Result<Table, BadTable> {
    Table::parse(&format!("{HEADER}\n{rows}"), &NumberRule::default())
}

fn found(table: &Table, address: &str, now: Timestamp) -> String {
    let found = table.find(address.parse().unwrap(), now);
    found.map_or_else(|| "none".to_owned(), |(number, area)| format!("{} {area}", number.as_str()))
}

#[test]
fn the_longest_prefix_that_is_valid_now_gives_the_line() {
    let table = parse(
        "2408:210:1000::,56,CAF0000000001,east,2020-01-01T00:00:00Z,\n\
         2408:210:1000:10::,60,CAF0000000001,east,2020-01-01T00:00:00Z,\n\
         2408:210:2000:7::,64,COP00000002,west,2020-01-01T00:00:00Z,\n\
         2408:210:3000::,48,CAF0000000003,east,2020-01-01T00:00:00+09:00,2026-01-01T00:00:00Z\n\
         2408:210:3000::,48,CAF0000000004,east,2026-01-01T00:00:00Z,\n",
    )
    .unwrap();
    let before = Timestamp::from_seconds(1_700_000_000);
    for (address, now, expected) in [
        ("2408:210:1000:0::1", NOW, "CAF0000000001 east"),
        ("2408:210:1000:1f::1", NOW, "CAF0000000001 east"),
        ("2408:210:1000:100::1", NOW, "none"),
        ("2408:210:2000:7:ffff:ffff:ffff:ffff", NOW, "COP00000002 west"),
        ("2408:210:2000:8::", NOW, "none"),
        ("2408:210:3000:ffff::1", NOW, "CAF0000000004 east"),
        ("2408:210:3000:ffff::1", before, "CAF0000000003 east"),
        ("192.0.2.1", NOW, "none"),
        ("::ffff:192.0.2.1", NOW, "none"),
        ("::1", NOW, "none"),
    ] {
        assert_eq!(found(&table, address, now), expected, "{address}");
    }
    assert_eq!(table.len(), 5);
}

#[test]
fn one_row_that_is_not_right_refuses_the_whole_table() {
    let good = "2408:210:1000::,56,CAF0000000001,east,2020-01-01T00:00:00Z,";
    for (row, words) in [
        ("2408:210:1000::,47,CAF0000000002,east,2020-01-01T00:00:00Z,", "48 to 64"),
        ("2408:210:1000::,65,CAF0000000002,east,2020-01-01T00:00:00Z,", "48 to 64"),
        ("2408:210:1000::,-1,CAF0000000002,east,2020-01-01T00:00:00Z,", "48 to 64"),
        ("2408:210:1000:1::,56,CAF0000000002,east,2020-01-01T00:00:00Z,", "beyond its length"),
        ("192.0.2.0,48,CAF0000000002,east,2020-01-01T00:00:00Z,", "no IPv6"),
        ("2408:210:9::,48,CAF000000002,east,2020-01-01T00:00:00Z,", "fits no form"),
        ("2408:210:9::,48,caf0000000002,east,2020-01-01T00:00:00Z,", "fits no form"),
        ("2408:210:9::,48,CAF0000000002,north,2020-01-01T00:00:00Z,", "east or west"),
        ("2408:210:9::,48,CAF0000000002,east,yesterday,", "valid_from"),
        ("2408:210:9::,48,CAF0000000002,east,2020-01-01T00:00:00Z,2019-01-01T00:00:00Z", "after valid_from"),
        ("2408:210:9::,48,CAF0000000002,east,2020-01-01T00:00:00Z", "six columns"),
        ("2408:210:1000::,56,CAF0000000002,east,2021-01-01T00:00:00Z,", "overlaps"),
        ("2408:210:1000:10::,60,CAF0000000002,east,2021-01-01T00:00:00Z,", "overlaps"),
        ("2408:210:1000::,48,CAF0000000002,east,2021-01-01T00:00:00Z,", "overlaps"),
    ] {
        for rows in [format!("{good}\n{row}\n"), format!("{row}\n{good}\n")] {
            let refused = parse(&rows).err().map(|why| why.to_string()).unwrap_or_default();
            assert!(refused.contains(words), "{rows}: {refused}");
            assert!(!refused.contains("CAF"), "{refused}");
        }
    }
    assert_eq!(Table::parse("", &NumberRule::default()).err(), Some(BadTable::Header));
}

#[test]
fn a_line_may_have_several_prefixes_one_inside_another() {
    let table = parse(
        "2408:210:1000::,48,CAF0000000001,east,2020-01-01T00:00:00Z,\n\
         2408:210:1000::,56,CAF0000000001,east,2020-01-01T00:00:00Z,\n",
    );
    assert_eq!(table.unwrap().len(), 2);
}
