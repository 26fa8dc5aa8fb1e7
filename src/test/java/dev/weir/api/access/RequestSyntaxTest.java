package dev.weir.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestSyntaxTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "*/*",
                "text/html",
                "text/html, image/gif, *; q=.2, */*; q=.2",
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
                "application/signed-exchange;v=b3;q=0.7",
                "text/*;q=0",
                "text/*;q=1.000",
                "application/json;",
                "application/json ; charset=utf-8 ,, text/plain",
                "a/b;c=\"d,e;\\\"f\";Q=0.5",
                "application/vnd.api+json;profile=\"https://a.example/b\""
            })
    void acceptIsSound(String value) {
        assertThat(RequestSyntax.isMediaRanges(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "text/html;q=abc",
                ",,;q=%%",
                "*/*;q=2",
                "*/*;q=1.1",
                "*/*;q=-1",
                "*/*;q=NaN",
                "*/*;q=\"1\"",
                "text/*;q=",
                "text/html;charset",
                "text/html;charset=\"x",
                "text/html;charset=\"x\\",
                "a/b/c",
                "a /b",
                "/",
                "a/",
                "/b",
                "**",
                "text/html text/plain",
                "\u00e9",
                "a/b;c=\u00e9",
                "a/b\u0000"
            })
    void acceptIsMalformed(String value) {
        assertThat(RequestSyntax.isMediaRanges(value)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                " application/json ;charset=\"UTF-8\";;",
                "multipart/form-data; boundary=----=_Part_3_1:2",
                "multipart/form-data; boundary=\"a b\""
            })
    void aContentTypeIsSound(String value) {
        assertThat(RequestSyntax.isMediaType(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "*",
                "/",
                "application/",
                "a/b/c",
                "a/b, c/d",
                "a/b;charset",
                "a/b; charset=\"",
                "a/b;q=\u00e9"
            })
    void aContentTypeIsMalformed(String value) {
        assertThat(RequestSyntax.isMediaType(value)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "en", "ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "-", "en;q=0.5,*;q=0"})
    void languagesAreSound(String value) {
        assertThat(RequestSyntax.isLanguageRanges(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {",,;q=%%", "en;q=abc", "*;q=9", "en en", "\ud55c"})
    void languagesAreMalformed(String value) {
        assertThat(RequestSyntax.isLanguageRanges(value)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/api/tasks/01M8", "/api/a%2fb", "/api/;x=1,@:+$!'()*&", "/%ED%95%9C"})
    void aPathIsSound(String value) {
        assertThat(RequestSyntax.isPath(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/a b", "/%", "/%2", "/%zz", "/a%2", "/\ud55c", "/\u0095", "/a\\b", "/{id}", "/a|b", "/\u0000"})
    void aPathIsMalformed(String value) {
        assertThat(RequestSyntax.isPath(value)).isFalse();
    }

    /** A long header uses constant stack and linear time. */
    @Test
    void aLongHeaderIsReadOnce() {
        for (String element : new String[] {"a/b,", "a/b;c=d,", ",", " ", ";", "*,", "a/b;c=\"\\\"\","}) {
            for (Predicate<String> check :
                    List.<Predicate<String>>of(RequestSyntax::isMediaRanges, RequestSyntax::isMediaType)) {
                assertThat(check.test(element.repeat(1 << 20) + "\u0000")).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ", ,", "a/b,,", "a/b;c=\"x\", ,*/*", ""})
    void anElementOfAcceptIsEmpty(String value) {
        assertThat(RequestSyntax.hasEmptyElement(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a/b, c/d;q=0.5", "a/b;c=\",,\"", "*"})
    void noElementOfAcceptIsEmpty(String value) {
        assertThat(RequestSyntax.hasEmptyElement(value)).isFalse();
    }
}
