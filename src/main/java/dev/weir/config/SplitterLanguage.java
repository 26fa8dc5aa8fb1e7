package dev.weir.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A language with separators of its own, the coarsest first. {@link #toString} is its spelling in the configuration. */
public enum SplitterLanguage {
    PYTHON(lines("class |def |\tdef ")),
    JAVASCRIPT(lines("function |const |let |var |class |if |for |while |switch |case |default ")),
    TYPESCRIPT(
            lines(
                    "function |const |let |var |class |interface |type |enum |namespace |if |for |while |switch |case |default ")),
    JAVA(lines("class |public |protected |private |static |if |for |while |switch |case ")),
    KOTLIN(lines("class |object |interface |fun |val |var |if |for |while |when ")),
    SCALA(lines("class |object |trait |def |val |var |if |for |while |match ")),
    GO(lines("func |var |const |type |if |for |switch |case ")),
    RUST(lines("fn |const |let |static |struct |enum |trait |impl |if |for |while |loop |match ")),
    CPP(lines("class |void |int |float |double |if |for |while |switch |case ")),
    C(lines("void |int |float |double |char |struct |if |for |while |switch ")),
    CSHARP(lines("class |public |private |protected |internal |static |namespace |if |for |foreach |while |switch ")),
    RUBY(lines("def |class |module |if |unless |while |for |do |begin ")),
    PHP(lines("function |class |if |foreach |while |for |switch |case ")),
    SWIFT(lines("func |class |struct |enum |protocol |extension |if |for |while |switch |case ")),
    HTML(
            tags(
                    "body|div|p|br|li|h1|h2|h3|h4|h5|h6|span|table|tr|td|th|ul|ol|header|footer|nav|head|style|script|meta|title")),
    MARKDOWN(both(lines("## |### |#### |##### |###### "), List.of("```\n", "\n\n---\n", "\n\n***\n", "\n\n___\n"))),
    LATEX(both(
            lines(
                    "\\chapter{|\\section{|\\subsection{|\\subsubsection{|\\begin{enumerate}|\\begin{itemize}|\\begin{description}"
                            + "|\\begin{list}|\\begin{quote}|\\begin{quotation}|\\begin{verse}|\\begin{verbatim}|\\begin{align}"),
            List.of("$$", "$"))),
    SQL(lines(
            "SELECT |FROM |WHERE |GROUP BY |ORDER BY |HAVING |JOIN |LEFT JOIN |RIGHT JOIN |INNER JOIN |OUTER JOIN |UNION "
                    + "|INSERT |UPDATE |DELETE |CREATE |DROP |ALTER ")),
    SOLIDITY(lines(
            "pragma |using |contract |interface |library |constructor |type |function |event |modifier |error |struct "
                    + "|enum |mapping |if |for |while |do |assembly ")),
    PROTO(lines("message |service |enum |options |import |syntax "));

    /** Paragraphs, lines, words, characters. */
    public static final List<String> PLAIN_TEXT = List.of("\n\n", "\n", " ", "");

    @SuppressWarnings("ImmutableEnumChecker") // The lists are unmodifiable.
    private final List<String> own;

    SplitterLanguage(List<String> own) {
        this.own = own;
    }

    private static List<String> both(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static List<String> lines(String beginnings) {
        return Stream.of(beginnings.split("\\|", -1))
                .map(beginning -> "\n" + beginning)
                .toList();
    }

    private static List<String> tags(String names) {
        return Stream.of(names.split("\\|", -1)).map(name -> "<" + name).toList();
    }

    /** The separators of the language, then those of plain text. Between tags, only characters follow. */
    public List<String> separators() {
        List<String> all = new ArrayList<>(own);
        all.addAll(this == HTML ? List.of("") : PLAIN_TEXT);
        return all;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
