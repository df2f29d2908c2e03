//! PNML (ISO/IEC 15909-2), the exchange format of Petri nets, so that the tools of others can check a procedure.
//!
//! The net is a workflow net: its only token lies in the place `start`, and a case that ends properly has its only token
//! in the place `end`. It is sound just when the procedure is, except as said in the
//! [description of the net](https://docs.rs/crate/sopflow/latest/source/docs/nets.md).
//!
//! ```
//! use sopflow::{Procedure, Step, exchange::pnml};
//!
//! let leave = Procedure::new("leave", "1", "Leave of absence")
//!     .role("staff", "Staff").role("head", "Head of section")
//!     .step(Step::new("1", "staff", "Ask for leave").next("2"))
//!     .step(Step::new("2", "head", "Decide").next("end").returns_to("1"));
//! let net = pnml::write(&leave, "en")?;
//! assert!(net.contains("<text>1:done Ask for leave</text>"));
//! # Ok::<(), sopflow::Error>(())
//! ```

use std::borrow::Cow;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::workflow_net::{Arc, START, WorkflowNet};
use crate::error::Error;
use crate::model::Procedure;

const NAMESPACE: &str = "http://www.pnml.org/version-2009/grammar/pnml";
const PLACE_TRANSITION_NET: &str = "http://www.pnml.org/version-2009/grammar/ptnet";
/// What nets with reset arcs are called: they are no place/transition nets.
const CORE_MODEL: &str = "http://www.pnml.org/version-2009/grammar/pnmlcoremodel";

type Xml = Writer<Vec<u8>>;

/// Writes the net of a procedure, sound or not, with the activities in `language` where they have it.
///
/// Outcomes are transitions. Where an outcome cancels steps, the net has reset arcs, written as
/// `<arctype><text>reset</text></arctype>`, which pm4py reads; the type of the net then is the core model,
/// since a place/transition net has no such arcs. Characters that XML 1.0 does not allow become U+FFFD.
///
/// # Errors
///
/// The procedure could not be read from a file either: names do not resolve, or it is beyond a bound of
/// [`limits`](crate::limits). Or its net would have more than [`ARCS_MAX`](crate::limits::ARCS_MAX) arcs.
#[expect(clippy::missing_panics_doc, reason = "what is written to takes everything")]
pub fn write(procedure: &Procedure, language: &str) -> Result<String, Error> {
    let net = WorkflowNet::of(procedure, language)?;
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    document(&mut xml, &net, procedure.identity.title.in_language(language)).expect("a vector takes every byte");
    Ok(String::from_utf8(xml.into_inner()).expect("it was put together from text"))
}

fn document(xml: &mut Xml, net: &WorkflowNet, title: &str) -> io::Result<()> {
    let kind = if net.has_resets() { CORE_MODEL } else { PLACE_TRANSITION_NET };
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("pnml").with_attribute(("xmlns", NAMESPACE)).write_inner_content(|xml| {
        xml.create_element("net").with_attributes([("id", "net"), ("type", kind)]).write_inner_content(|xml| {
            label(xml, "name", title)?;
            xml.create_element("page").with_attribute(("id", "page")).write_inner_content(|xml| page(xml, net))?;
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}

fn page(xml: &mut Xml, net: &WorkflowNet) -> io::Result<()> {
    for place in &net.places {
        xml.create_element("place").with_attribute(("id", &*place.id)).write_inner_content(|xml| {
            label(xml, "name", &place.name)?;
            if place.id == START { label(xml, "initialMarking", "1") } else { Ok(()) }
        })?;
    }
    for transition in &net.transitions {
        let element = xml.create_element("transition").with_attribute(("id", &*transition.id));
        element.write_inner_content(|xml| label(xml, "name", &transition.name))?;
    }
    for (number, arc) in net.arcs.iter().enumerate() {
        write_arc(xml, number, arc)?;
    }
    Ok(())
}

fn write_arc(xml: &mut Xml, number: usize, arc: &Arc) -> io::Result<()> {
    let id = format!("a{}", number + 1);
    let element =
        xml.create_element("arc").with_attributes([("id", &*id), ("source", &*arc.from), ("target", &*arc.to)]);
    if arc.is_reset {
        element.write_inner_content(|xml| label(xml, "arctype", "reset"))?;
    } else {
        element.write_empty()?;
    }
    Ok(())
}

/// A label in the sense of PNML: an element that holds a text.
fn label(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_inner_content(|xml| {
        xml.create_element("text").write_text_content(BytesText::new(&allowed(text)))?;
        Ok(())
    })?;
    Ok(())
}

/// The text with everything replaced that is no `Char` of XML 1.0 (production 2).
fn allowed(text: &str) -> Cow<'_, str> {
    let forbidden =
        |char: char| matches!(char, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(forbidden) { text.replace(forbidden, "\u{fffd}").into() } else { text.into() }
}
