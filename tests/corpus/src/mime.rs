//! MIME as the standard does not have it.

use crate::write::{PDF, base64, crlf, file, head, html, message, message_of_bytes, multipart, plain, quoted};
use crate::{Sample, sample, small};

fn mixed(subject: &str, body: &str) -> Vec<u8> {
    crlf(&(head(subject) + body))
}

pub(crate) fn samples() -> Vec<Sample> {
    let two = "--b1\nContent-Type: text/plain; charset=utf-8\n\nLe texte.\n--b1\nContent-Type: application/pdf; name=a.pdf\n\n%PDF-1.4\n--b1--\n";
    vec![
        small("mime-no-boundary-parameter", "A multipart that does not say its boundary", mixed("Sans frontière", &format!("Content-Type: multipart/mixed\n\n{two}"))),
        small("mime-empty-boundary", "A boundary of no characters", mixed("Frontière vide", &format!("Content-Type: multipart/mixed; boundary=\"\"\n\n{two}"))),
        small("mime-other-boundary", "The boundary in the body is another one", mixed("Autre frontière", &format!("Content-Type: multipart/mixed; boundary=b2\n\n{two}"))),
        small("mime-boundary-never-comes", "A multipart that is only text", mixed("Pas de parties", "Content-Type: multipart/mixed; boundary=b1\n\nBonjour, ceci est tout le message.\n")),
        small("mime-boundary-is-prefix", "The inner boundary begins with the outer one", mixed(
            "Préfixe",
            &multipart("mixed", "----=_Part_1", &[multipart("alternative", "----=_Part_10", &[plain("Le texte des parties 10."), html("<p>Le texte des parties 10.</p>")]), file("application/pdf", "filename=a.pdf", PDF)]),
        )),
        small("mime-same-boundary-inside", "The inner multipart uses the boundary of the outer one", mixed(
            "Même frontière",
            "Content-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: multipart/alternative; boundary=b1\n\n--b1\n\nDedans.\n--b1--\n--b1\n\nDehors.\n--b1--\n",
        )),
        small("mime-unterminated", "The last boundary is missing", mixed("Sans fin", &format!("Content-Type: multipart/mixed; boundary=b1\n\n{}", two.replace("--b1--\n", "")))),
        small("mime-inner-unterminated", "The inner multipart never ends", mixed(
            "Dedans sans fin",
            "Content-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: multipart/alternative; boundary=b2\n\n--b2\n\nLe texte.\n--b1\nContent-Type: application/pdf; name=a.pdf\n\n%PDF-1.4\n--b1--\n",
        )),
        small("mime-empty-parts", "Parts with nothing in them", mixed("Parties vides", "Content-Type: multipart/mixed; boundary=b1\n\n--b1\n--b1\n\n--b1\n\nLe texte.\n--b1\nContent-Type: application/pdf\n\n--b1--\n")),
        small("mime-no-parts", "A multipart that ends before it begins", mixed("Aucune partie", "Content-Type: multipart/mixed; boundary=b1\n\n--b1--\n")),
        small("mime-part-without-header", "Parts whose header is missing", mixed("Sans en-tête", "Content-Type: multipart/mixed; boundary=b1\n\n--b1\nLe texte commence aussitôt.\n--b1--\n")),
        small("mime-header-runs-into-text", "No empty line between header and text", crlf(&(head("Collé") + "Bonjour,\n\nla ligne vide manque.\n"))),
        small("mime-wrong-content-length", "Content-Length and Lines that lie", crlf(&(head("Longueur") + "Content-Length: 3\nLines: 1\n\nLe texte est plus long que trois octets.\n"))),
        small("mime-boundary-in-text", "The boundary in the middle of a line, and almost a boundary", mixed(
            "Presque",
            "Content-Type: multipart/mixed; boundary=b1\n\n--b1\n\nIci --b1 n'est rien.\n--b1x non plus.\n --b1\n--b1--\n",
        )),
        small("mime-boundary-with-spaces", "Spaces behind boundaries", mixed("Espaces", "Content-Type: multipart/mixed; boundary=\"b 1\"\n\n--b 1  \t\n\nLe texte.\n--b 1-- \n")),
        small("mime-preamble-and-epilogue", "Text before and after the parts, which is not shown", mixed(
            "Autour",
            "Content-Type: multipart/mixed; boundary=b1\n\nThis is a multi-part message in MIME format.\n--b1\n\nLe texte.\n--b1--\nUn reste.\n",
        )),
        small("mime-multipart-in-base64", "A multipart that says it is base64", mixed("Base64", &format!("Content-Type: multipart/mixed; boundary=b1\nContent-Transfer-Encoding: base64\n\n{two}"))),
        small("mime-content-type-garbage", "Content types that are none", mixed("Types", "Content-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: ;;;\n\nUn.\n--b1\nContent-Type: text\n\nDeux.\n--b1\nContent-Type: text/plain/x; charset\n\nTrois.\n--b1--\n")),
        small("mime-content-type-twice", "Two content types: the first one counts", crlf(&(head("Deux types") + "Content-Type: text/plain; charset=utf-8\nContent-Type: text/html\n\n<b>Pas du gras.</b>\n"))),
        small("mime-digest", "A digest of messages without content types", mixed("Recueil", "Content-Type: multipart/digest; boundary=b1\n\n--b1\n\nSubject: Un\n\nPremier.\n--b1\n\nSubject: Deux\n\nSecond.\n--b1--\n")),
        small("mime-text-in-three-parts", "Text, a document, text", mixed("Alterné", &multipart("mixed", "b1", &[plain("Avant le document."), file("application/pdf", "filename=a.pdf", PDF), plain("Après le document.")]))),
        small("mime-alternative-empty-plain", "The plain version is empty", mixed("Vide", &multipart("alternative", "b1", &[plain(""), html("<p>Le texte est ici.</p>")]))),
        small("mime-alternative-poor-plain", "The plain version says that there is an HTML one", mixed("Pauvre", &multipart("alternative", "b1", &[plain("Votre messagerie ne sait pas afficher ce message."), html("<p>Bonjour,</p><p>Le résultat de la biopsie est disponible : pas de lésion suspecte. Je revois la patiente dans un an.</p>")]))),
        small("mime-alternative-reversed", "HTML before plain text", mixed("À l'envers", &multipart("alternative", "b1", &[html("<p>Bonjour, tout va bien.</p>"), plain("Bonjour, tout va bien.")]))),
        small("mime-related-start", "The root of a multipart/related is not its first part", mixed(
            "Racine",
            &multipart("related; start=\"<racine>\"", "b1", &[
                "Content-Type: image/png\nContent-ID: <logo>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=".into(),
                format!("{}\n", html("<p>La racine.</p><img src=cid:logo>").replacen("Content-Type", "Content-ID: <racine>\nContent-Type", 1)),
            ]),
        )),
        sample("mime-nested-200", "Multiparts nested 200 deep", || {
            let mut body = plain("Tout au fond.");
            for level in 0..200 {
                body = multipart("mixed", &format!("niveau-{level}"), &[body]);
            }
            mixed("Profond", &body)
        }),
        sample("mime-nested-2000", "Multiparts nested 2,000 deep: what is too deep is shown as it stands", || {
            let mut body = plain("Tout au fond.");
            for level in 0..2000 {
                body = format!("Content-Type: multipart/mixed; boundary=n{level}\n\n--n{level}\n{body}\n");
            }
            mixed("Trop profond", &body)
        }),
        sample("mime-5000-parts", "Five thousand parts", || {
            let parts: String = (0..5000).map(|n| format!("--b1\nContent-Type: application/pdf; name={n}.pdf\n\n%PDF-1.4\n")).collect();
            mixed("Beaucoup", &format!("Content-Type: multipart/mixed; boundary=b1\n\n--b1\n\nVoici.\n{parts}--b1--\n"))
        }),
        small("mime-bare-lf", "Lines that end with LF alone", (head("LF") + "Content-Type: multipart/mixed; boundary=b1\n\n" + two).into_bytes()),
        small("mime-bare-cr", "Lines that end with CR alone", (head("CR") + "\nPremière ligne.\nSeconde ligne.\n").replace('\n', "\r").into_bytes()),
        small("mime-mixed-line-ends", "CRLF, LF and CR in one text", message_of_bytes(&head("Mélange"), b"Un\r\nDeux\nTrois\rQuatre\r\r\nCinq\r\n")),
        small("mime-nul-bytes", "NUL in header and text", message_of_bytes(&head("Nul\u{0}s"), b"Avant\0apr\xC3\xA8s\r\n\0\r\nfin\0")),
        small("mime-long-lines", "Lines of 998 and of 30,000 characters", message(&head("Long"), &format!("{}\n{}\nfin\n", "mot ".repeat(249), "x".repeat(30_000)))),
        small("mime-broken-quoted-printable", "Quoted-printable that is not", message(&(head("QP") + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n"), "Zo=C3=A9 a 50 % == rien =zz =\nsuite, x=1, =C3\n")),
        small("mime-broken-base64", "Base64 with dots and a footer of a mailing list", message(
            &(head("Base64") + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n"),
            &format!("{}\n......\n", base64("Le texte reste lisible, malgré les points. Il est assez long pour cela, et même un peu plus.".as_bytes())),
        )),
        small("mime-text-says-base64", "Plain text that says it is base64", message(&(head("Texte") + "Content-Transfer-Encoding: base64\n"), "Bonjour, ceci est du texte, et rien d'autre.\n")),
        small("mime-base64-cut", "Base64 cut in the middle of a group", message(
            &(head("Coupé") + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n"),
            base64("Le texte s'arrête ici ou presque.".as_bytes()).get(..42).unwrap_or_default(),
        )),
        small("mime-transfer-unknown", "A transfer encoding nobody has heard of", message(&(head("Inconnu") + "Content-Transfer-Encoding: x-token\n"), "Le texte est en clair.\n")),
        small("mime-uuencode", "A uuencoded file in the text, left as it is", message(&head("uuencode"), "Voici le fichier :\n\nbegin 644 cr.txt\n:0V]M<'1E(')E;F1U(&1E(&-O;G-U;'1A=&EO;@H\n`\nend\n")),
        small("mime-partial", "One part of a message sent in pieces (message/partial)", crlf(&(head("Morceau") + "Content-Type: message/partial; id=\"x@mss\"; number=1; total=3\n\nSubject: Le tout\n\nPremier morceau.\n"))),
        small("mime-external-body", "A document that is elsewhere", mixed("Ailleurs", &multipart("mixed", "b1", &[plain("Le document est sur le serveur."), "Content-Type: message/external-body; access-type=URL; URL=\"http://exemple.test/a.pdf\"\n\nContent-Type: application/pdf\n".into()]))),
        small("mime-apple-double", "A file of a Macintosh with its resources", mixed("Macintosh", &multipart("mixed", "b1", &[plain("Voici."), multipart("appledouble", "b2", &["Content-Type: application/applefile; name=\"%CR.pdf\"\n\nx".into(), file("application/pdf", "filename=CR.pdf", PDF)])]))),
        small("mime-flowed", "format=flowed, answered", message(
            &(head("Flowed") + "Content-Type: text/plain; charset=utf-8; format=flowed\n"),
            "Bonjour, je reprends votre question au sujet de Mme Lampion, qui est sortie \nhier soir.\n\nLe 11/03/2026 à 18:02, Tryphon a écrit :\n> Est-elle sortie ? Je dois prévoir \n> sa consultation.\n>> Elle entre \n>> lundi.\n\n-- \nDr Bianca CASTAFIORE\nCardiologie\n",
        )),
        small("mime-flowed-delsp", "format=flowed with delsp=yes, and a line that begins with a space", message(
            &(head("DelSp") + "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n"),
            "Un mot cou \npé en deux, et une ligne\n  avec un retrait.\n",
        )),
        small("mime-quoted-soft-breaks", "One paragraph in quoted-printable", message(
            &(head("QP") + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n"),
            &quoted("Un très long paragraphe, que le programme a écrit sur une seule ligne et que quoted-printable a coupé à chaque soixante-seizième caractère, accents compris.\n".as_bytes()),
        )),
        small("mime-only-header", "A message without a body", crlf(&head("Rien"))),
        small("mime-empty", "No bytes at all", Vec::new()),
        small("mime-one-byte", "One byte", b"x".to_vec()),
        small("mime-binary", "Bytes that are no message", (0..=255_u8).cycle().take(2000).collect()),
        sample("mime-40-mb", "Forty megabytes: a letter and a scan", || {
            // The same line of base64 again and again: what it says does not matter, that there is so much of it does.
            let line = base64(b"%PDF-1.4 ... and so on, a line of base64 at a time, ...xx");
            let scan = format!("{line}\n").repeat(513_000);
            let part = format!("{}{scan}", file("application/pdf", "filename=\"Scanner.pdf\"", b""));
            mixed("Un scanner de 40 Mo", &multipart("mixed", "b1", &[plain("Voici l'examen complet."), part]))
        }),
    ]
}
