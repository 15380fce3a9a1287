//! Scripts, directions, marks and signs.

use crate::write::{crlf, head, html, message, multipart};
use crate::{Sample, small};

fn text(subject: &str, text: &str) -> Vec<u8> {
    message(&(head(subject) + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"), text)
}

pub(crate) fn samples() -> Vec<Sample> {
    vec![
        small(
            "script-arabic",
            "Arabic, right to left, with figures",
            text("رسالة", "السلام عليكم،\n\nنتيجة الفحص: 11,2 g/dL، كل شيء على ما يرام. شُكْرًا\n"),
        ),
        small(
            "script-hebrew",
            "Hebrew with marks of direction",
            text("Traduction", "שלום\u{200F}, Dr Lampion\u{200E} !\n"),
        ),
        small(
            "script-emoji",
            "Smileys: skin, family, flag, keycap, heart on fire",
            text("👍🏽", "Merci 👩‍⚕️ 👨‍👩‍👧 🇫🇷 1️⃣ ❤️‍🔥 😊\n"),
        ),
        small(
            "script-decomposed",
            "Letters and accents apart, as a Macintosh writes them",
            text("Re\u{301}sultat", "Zoe\u{301} a e\u{301}te\u{301} ope\u{301}re\u{301}e a\u{300} l'ho\u{302}pital.\n"),
        ),
        small(
            "script-zalgo",
            "Fifty marks on a letter",
            text("Marques", &format!("Z{}oé va bien.\n", "\u{301}\u{316}".repeat(25))),
        ),
        small(
            "script-zero-width",
            "Invisible characters inside words",
            text("Invisible", "Pa\u{200B}ra\u{AD}cé\u{2060}ta\u{FEFF}mol 1\u{200D} g, pay\u{200C}pal\n"),
        ),
        small(
            "script-override",
            "An override that turns a dose around",
            text("Dose", "Donner \u{202E}g 01\u{202C} de potassium, et \u{2066}rien\u{2069} d'autre.\n"),
        ),
        small(
            "script-controls",
            "Escape sequences and other controls",
            text(
                "Contrôles",
                "Rouge \u{1b}[31m alerte\u{1b}[0m\u{7} et retour\u{8}\u{8}\u{8}\n\u{c}Page deux\u{b}suite\n",
            ),
        ),
        small(
            "script-medical-signs",
            "Signs of medicine",
            text(
                "Signes",
                "PaO₂ ≥ 60 mmHg, T° < 38,5 °C, K⁺ 4,1 mmol/L, créatinine 88 µmol/L, ♀ 72 ans, ½ cp, → contrôle, Δ = ±0,3, 10⁹/L\n",
            ),
        ),
        small(
            "script-symbol-font",
            "Bullets of the Symbol font",
            text("Puces", "\u{F0B7} à jeun\n\u{F0B7} sans café\n\u{F0E0} 8 h\n\u{F0FC} fait, \u{E123} inconnu\n"),
        ),
        small(
            "script-spaces",
            "Spaces of every width, left as written",
            text("Espaces", "Tension\u{a0}: 12/8\u{202f}; «\u{a0}bien\u{a0}»\u{2003}fin\n"),
        ),
        small(
            "script-line-separators",
            "Separators of Unicode",
            text("Lignes", "Un\u{2028}Deux\u{2029}Trois\u{85}Quatre\n"),
        ),
        small(
            "script-japanese-html",
            "Japanese in HTML",
            crlf(&(head("Japon") + &multipart("alternative", "b1", &[html("<p>こんにちは、ランピオンさん。</p>")]))),
        ),
        small(
            "script-noncharacters",
            "Characters that are none",
            text("Rien", "a\u{FFFE}b\u{FFFF}c\u{FDD0}d\u{FFFC}e\u{FFFD}f\u{E0041}g\n"),
        ),
    ]
}
