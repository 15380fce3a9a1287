//! Office files, the parts that are read.

use crate::xdm::zip;

/// A Word document: heading, paragraphs, a list, a table, a deleted word.
pub fn word() -> Vec<u8> {
    let document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document \
        xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:pPr><w:pStyle \
        w:val=\"Titre1\"/></w:pPr><w:r><w:t>Bilan kinésithérapique</w:t></w:r></w:p><w:p><w:r><w:t xml:space=\"preserve\">\
        Patient vu le </w:t></w:r><w:r><w:t>22/11/2026</w:t></w:r><w:del><w:r><w:delText> annulé</w:delText></w:r></w:del>\
        <w:r><w:br/><w:t>Bonne tolérance.</w:t></w:r></w:p><w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/></w:numPr></w:pPr>\
        <w:r><w:t>Marche : 200 m</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>Épaule</w:t></w:r></w:p></w:tc><w:tc>\
        <w:p><w:r><w:t>120°</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>";
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", b"<Relationships/>"),
        ("word/document.xml", document.as_bytes()),
        ("word/vbaProject.bin", b"macro"),
    ])
}

/// An OpenDocument text.
pub fn open_document() -> Vec<u8> {
    let content = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
        xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:t\" xmlns:table=\"urn:b\"><office:body>\
        <office:text><text:h text:outline-level=\"1\">Compte rendu</text:h><text:p>Première ligne<text:line-break/>seconde\
        <text:s text:c=\"3\"/>ligne</text:p><text:list><text:list-item><text:p>un</text:p></text:list-item></text:list>\
        <table:table><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell><table:table-cell \
        table:number-columns-repeated=\"16384\"/></table:table-row><table:table-row \
        table:number-rows-repeated=\"1048576\"><table:table-cell/></table:table-row></table:table></office:text>\
        </office:body></office:document-content>";
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest/>"),
    ])
}

/// An Excel workbook: words, a number with a fraction, a date, and a cell far away.
pub fn excel() -> Vec<u8> {
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let workbook = format!(
        "<workbook {main} xmlns:r=\"urn:r\"><sheets><sheet name=\"Glycémies\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let relations = "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
    let strings = format!("<sst {main}><si><t>Date</t></si><si><r><t>Glyc</t></r><r><t>émie</t></r></si></sst>");
    let styles = format!(
        "<styleSheet {main}><numFmts><numFmt numFmtId=\"164\" formatCode=\"[$-40C]dd/mm/yyyy\"/></numFmts><cellXfs><xf \
         numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"
    );
    let sheet = format!(
        "<worksheet {main}><sheetData><row r=\"1\"><c r=\"B1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c></row>\
         <row r=\"2\"><c r=\"B2\" s=\"1\"><v>46348</v></c><c r=\"C2\"><v>5.6</v></c><c r=\"XFD2\"><v>1</v></c></row></sheetData>\
         </worksheet>"
    );
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}
