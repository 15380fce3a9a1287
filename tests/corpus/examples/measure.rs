//! Temporary.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]
use document::letter::{Limits, Message};
use std::time::Instant;
fn time(raw: Vec<u8>) -> f64 {
    let t = Instant::now();
    let m = Message::read(raw, true, &Limits::default());
    let l = m.letter();
    let a = m.attachments();
    std::hint::black_box((&l, &a));
    t.elapsed().as_secs_f64() * 1e3
}
fn pairs(head: &str, tokens: &[&str], tail: &str, n: usize) {
    let mut worst: Vec<(f64, f64, String)> = Vec::new();
    for a in tokens {
        for b in tokens {
            for form in 0..2 {
                let build = |n: usize| {
                    let per = |len: usize| n / len.max(1);
                    let body = if form == 0 {
                        a.repeat(per(a.len())) + &b.repeat(per(b.len()))
                    } else {
                        format!("{a}{b}").repeat(2 * n / (a.len() + b.len()))
                    };
                    format!("{head}{body}{tail}").into_bytes()
                };
                let small = time(build(n)).min(time(build(n)));
                let large = time(build(4 * n)).min(time(build(4 * n)));
                worst.push((large, large / small.max(0.05), format!("{a:?} {b:?} {form}")));
            }
        }
    }
    worst.sort_by(|x, y| y.0.total_cmp(&x.0));
    for w in worst.iter().take(6) {
        println!("  slowest {:8.1} ms ×{:4.1} {}", w.0, w.1, w.2);
    }
    worst.retain(|w| w.0 > 3.0);
    worst.sort_by(|x, y| y.1.total_cmp(&x.1));
    for w in worst.iter().take(6) {
        println!("  steepest {:7.1} ms ×{:4.1} {}", w.0, w.1, w.2);
    }
}
fn main() {
    for field in ["From", "To"] {
        for n in [100_000, 400_000, 1_600_000, 3_900_000] {
            let raw = format!("{field}: {}\r\n\r\nx", "a;".repeat(n / 2)).into_bytes();
            println!("{field} {n} {:.1} ms", time(raw));
        }
    }
    let n = 200_000;
    println!("html");
    pairs(
        "Content-Type: text/html\r\n\r\n",
        &[
            "<div>",
            "</div>",
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<s>",
            "<br>",
            "<td>",
            "<tr>",
            "<table>",
            "</table>",
            "<li>",
            "<ul>",
            "<pre>",
            "<blockquote>",
            "&nbsp;",
            "x ",
            "x",
            "\n",
            "<sup>",
            "<div style=display:none>",
            "<p class=MsoListParagraph>",
            "<div class=gmail_signature>",
            "<a b=c>",
            "\u{301}",
            "<div style='white-space:pre'>",
            "1.\u{a0}",
            "--\n",
            "De : a<br>",
            "a &eacute;crit :<br>",
        ],
        "",
        n,
    );
    println!("text");
    pairs(
        "Subject: Re: a\r\n\r\n",
        &[
            "> ",
            "\n",
            "x y ",
            "-- \n",
            "--\n",
            "De : a\n",
            "Envoyé : b\n",
            "À : c\n",
            "Le 12 a écrit :\n",
            "a écrit :",
            "-----\n",
            "   ",
            "\t",
            "|",
            "....",
            "\u{301}",
            "\u{200D}",
            "-----Message d'origine-----\n",
            "-----Forwarded message-----\n",
            ">From ",
        ],
        "",
        n,
    );
    println!("mime");
    pairs(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
        &[
            "--b\n",
            "--",
            "Content-Type: multipart/mixed; boundary=c\n\n",
            "Content-Type: multipart/mixed\n\n",
            "Content-Type: message/rfc822\n\n",
            "Content-Type: multipart/alternative; boundary=b\n\n",
            "--c\n",
            "x: y\n",
            " z\n",
            "Content-Type: text/html\n\n<p>",
            "Content-Transfer-Encoding: base64\n\n",
            "AAAA",
            "=\n",
            "\n\n",
        ],
        "",
        n,
    );
}
