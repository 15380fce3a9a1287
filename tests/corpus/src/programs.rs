//! What mail programs write, in their own manner.

use crate::write::{PNG, base64, crlf, encode, head, html, message, message_of_bytes, multipart, plain, quoted};
use crate::{Sample, small};

fn both(subject: &str, text: &str, page: &str) -> Vec<u8> {
    crlf(&(head(subject) + &multipart("alternative", "b1", &[plain(text), html(page)])))
}

fn page(subject: &str, page: &str) -> Vec<u8> {
    crlf(&(head(subject) + &html(page)))
}

const OUTLOOK: &str = r##"<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head><meta name=Generator content="Microsoft Word 15 (filtered medium)"><!--[if !mso]><style>v\:* {behavior:url(#default#VML);}</style><![endif]-->
<style><!-- @font-face {font-family:Calibri;} p.MsoNormal {margin:0cm; font-size:11.0pt;} --></style>
<!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head>
<body lang=FR link=blue><div class=WordSection1>
<p class=MsoNormal>Bonjour Tryphon,<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal>Voici ce que je propose pour M.&nbsp;Lampion&nbsp;:<o:p></o:p></p>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>arrêt du vérapamil<o:p></o:p></p>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>kaliémie dans 8 jours<o:p></o:p></p>
<p class=MsoNormal>Bien à toi,<o:p></o:p></p>
<p class=MsoNormal><span style='color:#1F497D;mso-fareast-language:EN-US'><o:p>&nbsp;</o:p></span></p>
<p class=MsoNormal><b><span style='color:#1F497D'>Dr Bianca CASTAFIORE<o:p></o:p></span></b></p>
<p class=MsoNormal><span style='color:#1F497D'>Cardiologie – 01 23 45 67 89<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>
<p class=MsoNormal><b>De&nbsp;:</b> Tryphon TOURNESOL &lt;tryphon.tournesol@medecin.mssante.fr&gt; <br><b>Envoyé&nbsp;:</b> mercredi 11 mars 2026 18:00<br><b>À&nbsp;:</b> Bianca CASTAFIORE<br><b>Objet&nbsp;:</b> Avis<o:p></o:p></p></div>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal>Bonjour Bianca,<o:p></o:p></p><p class=MsoNormal>Que ferais-tu&nbsp;?<o:p></o:p></p></div></body></html>"##;

const OWA: &str = r##"<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style type="text/css" style="display:none;"> P {margin-top:0;margin-bottom:0;} </style></head>
<body dir="ltr"><div class="elementToProof" style="font-family: Aptos; font-size: 12pt;">Bonjour,</div><div class="elementToProof"><br></div>
<div class="elementToProof">C'est noté, je m'en occupe.</div><div id="Signature"><p>Secrétariat de cardiologie</p><p>CH de Moulinsart</p></div>
<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" color="#000000"><b>De :</b> Bianca CASTAFIORE &lt;bianca.castafiore@medecin.mssante.fr&gt;<br><b>Envoyé :</b> jeudi 12 mars 2026 10:22<br><b>À :</b> Secrétariat<br><b>Objet :</b> Convocation</font><div>&nbsp;</div></div>
<div>Merci de convoquer M. Lampion.</div></body></html>"##;

const GMAIL: &str = r##"<div dir="ltr"><div>Oui, c'est <b>parfait</b>.</div><div><br></div><div>À demain <img data-emoji="😊" alt="😊" src="https://fonts.gstatic.com/x.png"></div><div><br clear="all"></div><div><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><div dir="ltr">Dr Bianca CASTAFIORE<div>Cardiologie</div></div></div></div></div><br>
<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">Le jeu. 12 mars 2026 à 10:22, Tryphon TOURNESOL &lt;<a href="mailto:tryphon@mss.test">tryphon@mss.test</a>&gt; a écrit :<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div dir="ltr">On se voit demain&nbsp;?</div></blockquote></div>"##;

const GMAIL_FORWARD: &str = r##"<div dir="ltr"><div>Pour ton dossier.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>De : <strong class="gmail_sendername" dir="auto">Laboratoire</strong> <span dir="auto">&lt;labo@mss.test&gt;</span><br>Date: jeu. 12 mars 2026 à 10:22<br>Subject: Résultats<br>To:  &lt;bianca@mss.test&gt;<br></div><br><br><p>Bonjour,</p><p>INR à 2,4.</p></div></div>"##;

const APPLE: &str = r##"<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body dir="auto"><div dir="ltr">Bien reçu.</div><div dir="ltr"><br></div><div dir="ltr">Bianca<br><div><br></div><div>Envoyé de mon iPhone</div></div><div dir="ltr"><br><blockquote type="cite">Le 12 mars 2026 à 10:22, Tryphon &lt;tryphon@mss.test&gt; a écrit :<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">﻿<div>Bonjour Bianca,</div><div><br></div><div>Voici la radio.</div></div></blockquote></body></html>"##;

const THUNDERBIRD: &str = r##"<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body><p>Bonjour,</p><p>voir ma réponse ci-dessous.<br></p><div class="moz-cite-prefix">Le 12/03/2026 à 10:22, Tryphon a écrit&nbsp;:<br></div><blockquote type="cite" cite="mid:1@mss.test"><p>Faut-il poursuivre l'aspirine&nbsp;?</p></blockquote><p>Oui, à vie.</p><blockquote type="cite" cite="mid:1@mss.test"><p>Et le clopidogrel&nbsp;?</p></blockquote><p>Encore six mois.</p><pre class="moz-signature" cols="72">-- 
Dr Bianca CASTAFIORE
Cardiologie</pre></body></html>"##;

const ZIMBRA: &str = r##"<html><body><div style="font-family: arial; font-size: 12pt; color: #000000"><div>Bonjour,</div><div><br></div><div>Accord pour le 15.</div><div><br></div><div data-marker="__SIG_POST__">-- <br></div><div>Secrétariat</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>De: </b>"Tryphon" &lt;tryphon@mss.test&gt;<br><b>À: </b>"Secrétariat" &lt;s@mss.test&gt;<br><b>Envoyé: </b>Jeudi 12 Mars 2026 10:22:00<br><b>Objet: </b>Rendez-vous<br></div><br><div data-marker="__QUOTED_TEXT__">Le 15 vous irait-il&nbsp;?</div></div></body></html>"##;

const ROUNDCUBE: &str = r##"<html><body style='font-size: 10pt; font-family: Verdana'><p>Entendu.</p><div id="signature">-- <br>Dr Bianca CASTAFIORE</div><p id="reply-intro">Le 12-03-2026 10:22, Tryphon a écrit :</p><blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0"><div class="pre" style="margin: 0; padding: 0; font-family: monospace">Pouvez-vous rappeler la famille ?<br><br>Merci</div></blockquote></body></html>"##;

const NEWSLETTER: &str = r##"<!doctype html><html><head><title>Lettre</title></head><body style="margin:0"><div style="display:none;max-height:0;overflow:hidden">Aperçu que personne ne doit lire &zwnj;&nbsp;&zwnj;&nbsp;</div>
<table role="presentation" width="100%"><tr><td align="center"><table role="presentation" width="600"><tr><td style="padding:20px"><img src="https://exemple.test/logo.png" alt="ARS"></td></tr>
<tr><td><h1>Alerte sanitaire</h1><p>Rappel de lot&nbsp;: <b>X123</b>.</p><table role="presentation"><tr><td style="border-radius:4px"><a href="https://exemple.test/clic?u=1">Lire l'alerte</a></td></tr></table></td></tr>
<tr><td style="font-size:0;line-height:0" height="20">&nbsp;</td></tr><tr><td style="font-size:10px">Vous recevez ce message car vous êtes inscrit. <a href="https://exemple.test/stop">Se désinscrire</a></td></tr></table></td></tr></table><img src="https://exemple.test/pixel.gif" width=1 height=1></body></html>"##;

const WORD_TABLE: &str = r##"<table class=MsoTableGrid border=1><tr><td width=200><p class=MsoNormal><b>Examen<o:p></o:p></b></p></td><td><p class=MsoNormal><b>Résultat<o:p></o:p></b></p></td></tr><tr><td><p class=MsoNormal>Fraction d’éjection<o:p></o:p></p></td><td><p class=MsoNormal>45&nbsp;%<o:p></o:p></p></td></tr><tr><td><p class=MsoNormal>Surface aortique<o:p></o:p></p></td><td><p class=MsoNormal>0,8&nbsp;cm<sup>2</sup><o:p></o:p></p></td></tr></table>"##;

pub(crate) fn samples() -> Vec<Sample> {
    vec![
        small("program-outlook", "Outlook answers: Word's HTML, a list, the header it repeats", page("RE: Avis", OUTLOOK)),
        small("program-outlook-forward", "Outlook passes on: the letter is below the header", page("TR: Avis", OUTLOOK)),
        small("program-outlook-plain", "Outlook answers in plain text", message(
            &(head("RE: Avis") + "Content-Type: text/plain; charset=\"iso-8859-1\"\nContent-Transfer-Encoding: quoted-printable\n"),
            &quoted(&encode("Bonjour,\n\nD'accord pour le 15.\n\nDr Bianca CASTAFIORE\n\n-----Message d'origine-----\nDe : Tryphon TOURNESOL <tryphon@mss.test>\nEnvoyé : mercredi 11 mars 2026 18:00\nÀ : Bianca CASTAFIORE\nObjet : Avis\n\nLe 15 te convient-il ?\n", "iso-8859-1")),
        )),
        small("program-owa", "Outlook on the web answers", page("RE: Convocation", OWA)),
        small("program-gmail", "Gmail answers: a smiley, a signature, a quotation", both("Re: Demain", "Oui, c'est *parfait*.\n\nÀ demain 😊\n\n\nDr Bianca CASTAFIORE\nCardiologie\n\n\nLe jeu. 12 mars 2026 à 10:22, Tryphon TOURNESOL <tryphon@mss.test> a\nécrit :\n\n> On se voit demain ?\n>\n", GMAIL)),
        small("program-gmail-html", "The HTML of that answer alone", page("Re: Demain", GMAIL)),
        small("program-gmail-forward", "Gmail passes on", page("Fwd: Résultats", GMAIL_FORWARD)),
        small("program-apple-mail", "Apple Mail answers from a telephone", page("Re: Radio", APPLE)),
        small("program-thunderbird", "Thunderbird answers point by point", page("Re: Traitement", THUNDERBIRD)),
        small("program-thunderbird-plain", "Thunderbird answers in flowed text", message(
            &(head("Re: Traitement") + "Content-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: 8bit\n"),
            "Le 12/03/2026 à 10:22, Tryphon a écrit :\n> Faut-il poursuivre l'aspirine, sachant que la patiente a eu une \n> hémorragie digestive ?\n\nOui, sous IPP.\n\n> Et le clopidogrel ?\n\nNon.\n\n-- \nDr Bianca CASTAFIORE\nCardiologie\n",
        )),
        small("program-zimbra", "Zimbra answers", page("Re: Rendez-vous", ZIMBRA)),
        small("program-roundcube", "Roundcube answers", page("Re: Famille", ROUNDCUBE)),
        small("program-newsletter", "An agency writes: a layout of tables, a hidden preview, pixels", page("Alerte", NEWSLETTER)),
        small("program-word-table", "A table pasted from Word", page("Échographie", WORD_TABLE)),
        small("program-markdown", "Text with stars and hashes, left as written", message(&(head("Notes") + "Content-Type: text/plain; charset=utf-8\n"), "# Compte rendu\n\n* un\n* deux\n\n**important** : [lien](http://exemple.test) `code`\n\n1. un\n2. deux\n")),
        small("program-html-windows-1252", "HTML that names its charset itself, in base64", message_of_bytes(
            &(head("Charset") + "Content-Type: text/html\nContent-Transfer-Encoding: base64\n"),
            base64(&encode("<html><head><meta http-equiv='Content-Type' content='text/html; charset=windows-1252'></head><body>L’opérée va bien – coût : 23 €</body></html>", "windows-1252")).replace('\n', "\r\n").as_bytes(),
        )),
        small("program-html-fragment", "HTML without html or body, tags left open", page("Fragment", "Bonjour<p>Premier<p>Second<br>ligne<ul><li>un<li>deux</ul>fin")),
        small("program-html-upper-case", "HTML of another century", page("Ancien", "<HTML><BODY BGCOLOR=WHITE><CENTER><FONT SIZE=5>COMPTE RENDU</FONT></CENTER><P ALIGN=LEFT>Examen <U>normal</U>.<BR CLEAR=ALL><HR NOSHADE></BODY></HTML>")),
        small("program-html-pre", "A result in fixed width", page("Résultat", "<html><body><pre>NA     140   mmol/L   (136-145)\nK      4,1   mmol/L   (3,5-5,0)\nCL     101   mmol/L   (98-107)\n\nConclusion : normal.</pre></body></html>")),
        small("program-html-lists", "Lists in lists, with numbers and letters", page("Listes", "<p>À faire&nbsp;:</p><ol><li>ECG<ul><li>repos</li><li>effort</li></ul></li><li value=2>Échographie</li></ol><ol type=a start=3><li>trois</li></ol><dl><dt>INR</dt><dd>2,4</dd></dl>")),
        small("program-html-inline-picture", "A logo and a picture of results in the text", crlf(&(head("Images") + &multipart("related", "b1", &[
            multipart("alternative", "b2", &[plain("Voir l'image des résultats."), html("<p>Voir l'image des résultats.</p><img src=cid:a>")]),
            format!("Content-Type: image/png; name=resultats.png\nContent-ID: <a>\nContent-Transfer-Encoding: base64\n\n{}", base64(PNG)),
        ])))),
        small("program-lotus", "Lotus Notes answers: From and To in a table", page("Réf : Avis", "<font face=Verdana>D'accord.</font><br><br><table><tr><td><font>De :</font></td><td>Tryphon</td></tr><tr><td>A :</td><td>Bianca</td></tr><tr><td>Objet :</td><td>Avis</td></tr></table><br>Qu'en penses-tu ?")),
        small("program-signature-long-disclaimer", "A disclaimer longer than the letter", message(&(head("Court") + "Content-Type: text/plain; charset=utf-8\n"), "OK.\n\n-- \nCH de Moulinsart\n\nCe message et toutes les pièces jointes sont confidentiels et établis à l'attention exclusive de leurs destinataires. Toute utilisation non conforme est interdite.\n")),
        small("program-mailing-list", "A mailing list adds a footer", message(&head("[liste] Garde"), "Qui prend la garde du 15 ?\n_______________________________________________\nListe mailing list\nListe@mss.test\n")),
    ]
}
