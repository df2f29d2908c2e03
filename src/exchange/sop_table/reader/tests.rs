use super::super::{SopTables, read};

/// A table with two roles, up to its rows.
const HEADER: &str =
    "NO\tAKTIVITAS\tPELAKSANA\t\tMUTU BAKU\t\t\tKETERANGAN\n\t\tStaf\tKepala\tPerlengkapan\tWaktu\tOutput\t\n";
const IDENTITY: &str = "SOP A\nNOMOR SOP: 1\nTGL. PEMBUATAN: 1/2/2021\nTGL. REVISI: -\nTGL. EFEKTIF: 1/2/2021\n";

fn row(number: u32) -> String {
    format!("{number}\tA{number}\tx\t\tI{number}\t5 menit\tO{number}\t\n")
}

fn sop(rows: impl IntoIterator<Item = u32>) -> String {
    let rows: String = rows.into_iter().map(row).collect();
    format!("{IDENTITY}{HEADER}{rows}")
}

/// Checks the number of rows of each SOP, and the findings by line.
fn check(text: &str, rows: &[usize], findings: &[(usize, &str)]) -> SopTables {
    let tables = read(text).unwrap();
    let found_rows: Vec<_> = tables.drafts.iter().map(|sop| sop.rows.len()).collect();
    assert_eq!(found_rows, rows, "{text}");
    let found: Vec<_> = tables.findings.iter().map(|finding| (finding.line, finding.code())).collect();
    assert_eq!(found, findings, "{text}");
    tables
}

#[test]
fn nothing_holds_no_sop() {
    check("", &[], &[]);
    check(" \n\u{feff}\n".trim_end_matches('\u{feff}'), &[], &[(2, "stray-text")]);
}

#[test]
fn a_whole_sop_has_no_findings() {
    let tables = check(&sop(1..=3), &[3], &[]);
    assert_eq!(tables.drafts[0].rows[2].performers[0].role, 0);
}

#[test]
fn a_title_below_the_identity_block_belongs_to_it() {
    let (title, rest) = IDENTITY.split_once('\n').unwrap();
    let text = format!("{rest}{title}\n{HEADER}{}", row(1));
    let tables = check(&text, &[1], &[]);
    assert_eq!(tables.drafts[0].title.as_ref().unwrap().text, "SOP A");
    let named = IDENTITY.replacen("SOP A", "NAMA SOP\t: Promosi", 1);
    let tables = check(&format!("{named}{HEADER}{}", row(1)), &[1], &[]);
    assert_eq!(tables.drafts[0].title.as_ref().unwrap().text, "Promosi");
}

#[test]
fn identity_entries_may_share_a_line() {
    let text = sop([1]).replacen("\nTGL. REVISI", "\tTGL. REVISI", 1);
    check(&text, &[1], &[]);
    let text = sop([1]).replacen("TGL. REVISI: -", "TGL. REVISI: -\tDISAHKAN", 1);
    check(&text, &[1], &[(4, "stray-text")]);
}

#[test]
fn identity_is_told_when_it_lacks_or_clashes() {
    check(&format!("SOP A\n{HEADER}{}", row(1)), &[1], &[(1, "no-number"), (1, "missing-dates")]);
    check(&sop([1]).replacen("SOP: 1", "SOP: -", 1), &[1], &[(1, "no-number")]);
    check(&sop([1]).replacen("REVISI: -", "REVISI: besok", 1), &[1], &[(4, "unreadable-date")]);
    check(&sop([1]).replacen("REVISI: -", "REVISI:", 1), &[1], &[(1, "missing-dates")]);
    let clash = sop([1]).replacen("NOMOR SOP: 1\n", "NOMOR SOP: 1\nNOMOR SOP: 2\nTGL. REVISI: 1/1/2022\n", 1);
    let tables = check(&clash, &[1], &[(3, "identity-differs"), (6, "identity-differs")]);
    assert_eq!(tables.drafts[0].number.as_ref().unwrap().text, "1");
}

#[test]
fn an_sop_without_table_or_rows_is_told() {
    check(IDENTITY, &[0], &[(1, "no-rows")]);
    check(&format!("{IDENTITY}{HEADER}"), &[0], &[(1, "no-rows")]);
    check(&format!("{IDENTITY}{}", row(1)), &[0], &[(1, "no-rows"), (6, "stray-text")]);
}

#[test]
fn pages_are_joined() {
    let text = format!("{}\n\n{}", sop([1]), row(2));
    check(&text, &[2], &[(9, "page-gap")]);
    let text = format!("{}\nSOP A\n{HEADER}{}", sop([1]), row(2));
    check(&text, &[2], &[(10, "repeated-header"), (11, "repeated-header")]);
    let text = format!("{}NO\tAKTIVITAS\tPELAKSANA\t\tMUTU BAKU\n{}", sop([1]), row(2));
    check(&text, &[2], &[(9, "repeated-header")]);
    let text = format!("{}Keterangan : : Keputusan\n{HEADER}{}", sop([1]), row(2));
    check(&text, &[2], &[(10, "repeated-header")]);
}

#[test]
fn a_table_that_begins_anew_is_another_sop() {
    let text = format!("{}{HEADER}{}", sop([1, 2]), row(1));
    let expected = [(10, "no-title"), (10, "no-number"), (10, "missing-dates")];
    let tables = check(&text, &[2, 1], &expected);
    assert_eq!(tables.findings[0].sop, Some(1));
    let text = format!("{}Keterangan: : Keputusan\n{}", sop([1]), sop([1]).replacen("SOP A\n", "", 1));
    check(&text, &[1, 1], &[(10, "no-title")]);
    check(&format!("{}{}", sop([1]), sop([1]).replacen("SOP A", "SOP B", 1)), &[1, 1], &[]);
}

#[test]
fn a_header_that_differs_is_followed() {
    let other = "NO\tAKTIVITAS\tPELAKSANA\t\tMUTU BAKU\n\t\tKEPALA\tKasi\tPerlengkapan\tWaktu\tOutput\t\n";
    let text = format!("{}{other}2\tB\tx\tx\tI\t5 menit\tP\t\n", sop([1]));
    let tables = check(&text, &[2], &[(9, "header-differs")]);
    let sop = &tables.drafts[0];
    let roles: Vec<_> = sop.roles.iter().map(|role| role.text.as_str()).collect();
    assert_eq!(roles, ["Staf", "Kepala", "Kasi"]);
    let marks: Vec<_> = sop.rows[1].performers.iter().map(|mark| mark.role).collect();
    assert_eq!(marks, [1, 2]);
}

#[test]
fn half_a_header_will_do() {
    let (first, second) = HEADER.split_once('\n').unwrap();
    let tables = check(&format!("{IDENTITY}{first}\n{}", row(1)), &[1], &[(6, "incomplete-header")]);
    assert_eq!(tables.drafts[0].roles.len(), 2);
    let tables = check(&format!("{IDENTITY}{second}{}", row(1)), &[1], &[(6, "incomplete-header")]);
    assert_eq!(tables.drafts[0].roles[1].text, "Kepala");
}

#[test]
fn rows_without_a_mark_are_told() {
    let text = sop(1..=2).replacen("A1\tx", "A1\t", 1);
    check(&text, &[2], &[(8, "no-performer")]);
    check(&text.replace("\tx", "\t"), &[2], &[(6, "performers-lost")]);
}

#[test]
fn text_without_a_place_is_told_once() {
    let text = format!("DINAS\n\nPENANAMAN MODAL\n{}", sop([1]));
    let tables = check(&text, &[1], &[(1, "stray-text")]);
    assert!(tables.findings[0].message.contains("up to line 3"));
    assert_eq!(tables.findings[0].sop, None);
    let text = format!("{}sisa sel\n{}", sop([1]), row(2));
    let tables = check(&text, &[2], &[(9, "stray-text")]);
    assert_eq!(tables.findings[0].row, Some(1));
    check("Keterangan :\n: Proses", &[], &[(1, "stray-text")]);
}

#[test]
fn legends_are_read_with_their_symbols() {
    let text = format!("{}Keterangan\n\t: Proses\n◇ : Keputusan\nCatatan : x\n", sop([1]));
    let tables = check(&text, &[1], &[(12, "stray-text")]);
    let legend: Vec<_> = tables.drafts[0].legend.iter().map(|entry| (entry.text.as_str(), entry.column)).collect();
    assert_eq!(legend, [("Proses", 4), ("Keputusan", 5)]);
    check(&format!("{}Keterangan : : Proses", sop([1])), &[1], &[(9, "no-decision-symbol")]);
}

#[test]
fn a_legend_beyond_the_bound_is_stray() {
    let entries = ": Keputusan\n".repeat(crate::limits::LIST_MAX + 1);
    let tables = check(&format!("{}Keterangan\n{entries}", sop([1])), &[1], &[(1010, "stray-text")]);
    assert_eq!(tables.drafts[0].legend.len(), crate::limits::LIST_MAX);
}
