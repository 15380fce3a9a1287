//! What is written to harm: to run, to hide, to deceive, to exhaust.

use crate::write::{crlf, head, html, message, multipart, plain};
use crate::{Sample, sample, small};

fn page(page: &str) -> Vec<u8> {
    crlf(&(head("Hostile") + &html(page)))
}

/// HTML that is not worth quoting: too large.
fn large(page: &str) -> Vec<u8> {
    crlf(&format!("{}Content-Type: text/html; charset=utf-8\n\n{page}", head("Hostile")))
}

pub(crate) fn samples() -> Vec<Sample> {
    vec![
        small(
            "hostile-script",
            "Scripts in every place that takes one",
            page(
                "<script>alert(1)</script><p onclick=alert(1)>Cliquez</p><a href='javascript:alert(1)'>ici</a><svg onload=alert(1)><script>x</script><text>y</text></svg><img src=x onerror=alert(1)><iframe srcdoc='<p>z</p>'>w</iframe><object data=x>v</object><embed src=u>",
            ),
        ),
        small(
            "hostile-script-broken",
            "Scripts that are not closed as they should be",
            page(
                "a<script>b<!--<script>c</script>d</script>e</script >f<style><p>g</style/>h<scr<script>ipt>i</script>j",
            ),
        ),
        small(
            "hostile-phishing",
            "A page that asks for a code",
            page(
                "<form action='https://exemple.test'><p>Votre carte CPS expire. Saisissez votre code porteur :</p><input type=password name=code value=1234><select><option>Médecin</select><textarea>caché</textarea><button>Valider</button></form><meta http-equiv=refresh content='0;url=https://exemple.test'>",
            ),
        ),
        small(
            "hostile-link-lies",
            "A link that says one address and goes to another",
            page("<p>Voir <a href='https://intrus.test/x'>https://mssante.fr/dossier</a></p>"),
        ),
        small(
            "hostile-hidden-text",
            "Text hidden in ten ways",
            page(
                "<p>vu</p><div style='display:none'>1</div><span style='visibility:hidden'>2</span><p style='font-size:0px'>3</p><div style='opacity:0'>4</div><div hidden>5</div><div style='max-height:0;overflow:hidden'>6</div><!-- 7 --><template>8</template><noscript>vu aussi</noscript><p style='mso-hide:all'>9</p><title>10</title>",
            ),
        ),
        small(
            "hostile-hidden-unclosed",
            "A hidden element that is never closed",
            page("<p>avant</p><div style='display:none'>caché<p>encore</div><p>après</p>"),
        ),
        small(
            "hostile-styles",
            "Styles that would paint over the screen",
            page(
                "<div style='position:fixed;top:0;left:0;width:100%;height:100%;background:url(https://exemple.test/x)'>Par-dessus</div><marquee>défile</marquee><blink>clignote</blink>",
            ),
        ),
        small(
            "hostile-entities",
            "Entities named, numbered, broken and forbidden",
            page(
                "&eacute;&#233;&#xE9;&amp;lt;b&amp;gt; &nbsp;&#0;&#x1F;&#x202E;&#xD800;&#x110000;&#99999999999; &lt;script&gt; &unknown; &copy &ampamp;",
            ),
        ),
        small(
            "hostile-override-html",
            "Overrides and marks in HTML",
            page("<p dir=rtl>Dose : <bdo dir=rtl>001</bdo> mg &#x202E;01&#x202C; &rlm;&lrm;&zwj;&zwnj;</p>"),
        ),
        small(
            "hostile-misnested",
            "Tags closed in every wrong order",
            page(
                "<b><p>un</b><i>deux</p></i><table><td>trois</table></td></tr><li>quatre</ul></li></li><p>cinq</h1></blockquote>six",
            ),
        ),
        sample("hostile-nested-div", "Two hundred thousand div in each other", || {
            large(&format!("{}Au fond.{}", "<div>".repeat(200_000), "</div>".repeat(200_000)))
        }),
        sample("hostile-nested-quotes", "Fifty thousand quotations in each other", || {
            large(&format!("Dehors.{}Au fond.", "<blockquote type=cite>".repeat(50_000)))
        }),
        sample("hostile-nested-tables", "Twenty thousand tables in each other", || {
            large(&format!("{}Au fond.", "<table><tr><td>".repeat(20_000)))
        }),
        sample("hostile-nested-lists", "Twenty thousand lists in each other", || {
            large(&format!("{}Au fond.", "<ul><li>".repeat(20_000)))
        }),
        sample("hostile-formatting", "Half a million letters of formatting left open", || {
            large(&format!("{}Au fond.", "<b><i><u><font color=red><a href=x>".repeat(20_000)))
        }),
        sample("hostile-entity-flood", "A megabyte of entities", || {
            large(&format!("<p>Début {} fin</p>", "&eacute;".repeat(131_072)))
        }),
        sample("hostile-cells", "A hundred thousand cells in one row", || {
            large(&format!("<table><tr>{}</tr></table>", "<td>1</td>".repeat(100_000)))
        }),
        sample("hostile-rows", "A hundred thousand rows", || {
            large(&format!("<table>{}</table>", "<tr><td>a</td><td>b</td></tr>".repeat(100_000)))
        }),
        sample("hostile-attributes", "A tag with a hundred thousand attributes", || {
            let attributes: String = (0..100_000).map(|n| format!(" a{n}=x")).collect();
            large(&format!("<p{attributes}>Vu.</p>"))
        }),
        sample("hostile-data-uri", "A picture of three megabytes inside of a tag", || {
            large(&format!("<p>Avant.</p><img src='data:image/png;base64,{}'><p>Après.</p>", "A".repeat(3_000_000)))
        }),
        sample("hostile-comment", "A comment that never ends", || {
            large(&format!("<p>Avant.</p><!-- {}", "x".repeat(1_000_000)))
        }),
        sample("hostile-one-word", "A word of two megabytes", || large(&"x".repeat(2_000_000))),
        sample("hostile-line-breaks", "A million line breaks", || {
            large(&format!("Début{}fin", "<br>".repeat(1_000_000)))
        }),
        sample("hostile-plain-flood", "Two megabytes of text", || {
            message(
                &(head("Flot") + "Content-Type: text/plain; charset=utf-8\n"),
                &"Une ligne de texte comme une autre.\n\n".repeat(60_000),
            )
        }),
        sample("hostile-plain-one-line", "Two megabytes in one line", || {
            message(&head("Une ligne"), &"mot ".repeat(500_000))
        }),
        sample("hostile-quote-marks", "A line of a hundred thousand quotation marks, and lines of ever more", || {
            let steps: String = (0..300).map(|n| format!("{} niveau {n}\n", ">".repeat(n))).collect();
            message(&head("Citations"), &format!("Dehors.\n\n{steps}\n{} fin\n", ">".repeat(100_000)))
        }),
        sample("hostile-parameters", "A content type with ten thousand parameters in pieces", || {
            let pieces: String = (0..10_000).map(|n| format!("; name*{n}=x")).collect();
            crlf(&format!("{}Content-Type: text/plain{pieces}\n\nLe texte.\n", head("Paramètres")))
        }),
        sample("hostile-boundaries", "A hundred thousand multiparts whose boundary never comes", || {
            let parts: String =
                (0..100_000).map(|n| format!("--b1\nContent-Type: multipart/mixed; boundary=c{n}\n\n")).collect();
            crlf(&format!("{}Content-Type: multipart/mixed; boundary=b1\n\n{parts}", head("Frontières")))
        }),
        sample("hostile-messages", "A hundred thousand messages in each other", || {
            crlf(&format!(
                "{}Content-Type: message/rfc822\n\n{}Le dernier.\n",
                head("Poupées"),
                "Content-Type: message/rfc822\n\n".repeat(100_000)
            ))
        }),
        small(
            "hostile-two-stories",
            "The plain version says one thing, the HTML another",
            crlf(
                &(head("Dose")
                    + &multipart(
                        "alternative",
                        "b1",
                        &[
                            plain("Donner 1 comprimé par jour, le matin."),
                            html("<p>Donner 10 comprimés par jour, le matin.</p>"),
                        ],
                    )),
            ),
        ),
    ]
}
