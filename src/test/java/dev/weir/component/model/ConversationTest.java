package dev.weir.component.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.json.Json;
import dev.weir.tokenizer.ChatMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'role': 'user', 'content': 'Hi'} | {'role':'user','content':'Hi'}",
                "{'role': 'user', 'content': ''} | {'role':'user','content':''}",
                "{'role': 'user', 'content': []} | {'role':'user','content':[]}",
                "{'role': 'user', 'content': [{'type': 'text', 'text': 'a', 'more': 1}]} | {'role':'user','content':[{'type':'text','text':'a','more':1}]}",
                "{'role': 'user', 'content': ['a', 'b']} | {'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]}",
                "{'role': 'user', 'content': [{'type': 'input_text', 'text': 'a'}]} | {'role':'user','content':[{'type':'text','text':'a'}]}",
                "{'role': 'assistant', 'content': [{'type': 'refusal', 'refusal': 'no'}]} | {'role':'assistant','content':[{'type':'text','refusal':'no','text':'no'}]}",
                "{'role': 'assistant', 'content': null, 'tool_calls': [{'id': '1'}]} | {'role':'assistant','content':null,'tool_calls':[{'id':'1'}]}",
                "{'role': 'assistant', 'tool_calls': [{'id': '1'}]} | {'role':'assistant','tool_calls':[{'id':'1'}]}",
                "{'role': 'assistant', 'content': null, 'function_call': {'name': 'f'}} | {'role':'assistant','content':null,'function_call':{'name':'f'}}",
                "{'role': 'assistant', 'content': null, 'refusal': 'no'} | {'role':'assistant','content':null,'refusal':'no'}",
                "{'role': 'assistant', 'content': 'a', 'tool_calls': null, 'function_call': null} | {'role':'assistant','content':'a','tool_calls':null,'function_call':null}",
                "{'role': 'tool', 'tool_call_id': '1', 'content': 'x'} | {'role':'tool','tool_call_id':'1','content':'x'}",
                "{'role': 'function', 'name': 'f', 'content': 'x'} | {'role':'function','name':'f','content':'x'}",
                "{'role': 'narrator', 'content': 'x', 'mood': {'calm': [1, 2]}} | {'role':'narrator','content':'x','mood':{'calm':[1,2]}}",
                "{'role': 'developer', 'content': 'x', 'name': null} | {'role':'developer','content':'x','name':null}",
            })
    void eachFormThatOpenAisApiAllowsReachesTheTemplate(String message, String fields) {
        List<ChatMessage> messages = Conversation.of(List.of(json(message)));

        assertThat(messages).hasSize(1);
        assertThat(Json.write(messages.get(0).fields()).replace('"', '\'')).isEqualTo(fields);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'content': 'Hi'} | messages[0].role must be a text, was null",
                "{'role': 5, 'content': 'Hi'} | messages[0].role must be a text, was 5",
                "{'role': ' ', 'content': 'Hi'} | messages[0].role must be a text, was ' '",
                "{'role': 'user'} | messages[0].content is missing",
                "{'role': 'user', 'content': null} | messages[0].content is missing",
                "{'role': 'assistant', 'content': null, 'tool_calls': []} | messages[0].content is missing",
                "{'role': 'user', 'content': 5} | messages[0].content must be a text or a list of parts, was 5",
                "{'role': 'user', 'content': true} | messages[0].content must be a text or a list of parts, was true",
                "{'role': 'user', 'content': {'text': 'a'}} | messages[0].content must be a text or a list of parts, was {",
                "{'role': 'user', 'content': [5]} | messages[0].content[0] must be a part such as {type: text, text: …}, was 5",
                "{'role': 'user', 'content': [null]} | messages[0].content[0] must be a part such as",
                "{'role': 'user', 'content': [['a']]} | messages[0].content[0] must be a part such as",
                "{'role': 'user', 'content': [{'text': 'a'}]} | messages[0].content[0].type must be text",
                "{'role': 'user', 'content': [{'type': 5, 'text': 'a'}]} | messages[0].content[0].type must be text",
                "{'role': 'user', 'content': ['a', {'type': 'image_url', 'image_url': {'url': 'x'}}]} | messages[0].content[1].type must be text, since the model reads only texts, was 'image_url'",
                "{'role': 'user', 'content': [{'type': 'input_audio', 'input_audio': {}}]} | messages[0].content[0].type must be text",
                "{'role': 'user', 'content': [{'type': 'text', 'text': 5}]} | messages[0].content[0].text must be a text, was 5",
                "{'role': 'user', 'content': [{'type': 'text'}]} | messages[0].content[0].text must be a text, was null",
                "{'role': 'user', 'content': 'a', 'name': 5} | messages[0].name must be a text, was 5",
                "{'role': 'tool', 'content': 'a', 'tool_call_id': ['1']} | messages[0].tool_call_id must be a text",
                "{'role': 'assistant', 'content': 'a', 'tool_calls': 'f'} | messages[0].tool_calls must be a list of objects",
                "{'role': 'assistant', 'content': 'a', 'tool_calls': [null]} | messages[0].tool_calls must be a list of objects",
                "{'role': 'assistant', 'content': 'a', 'function_call': 'f'} | messages[0].function_call must be an object",
                "'Hi' | messages[0] must be an object with role and content, was 'Hi'",
                "[1] | messages[0] must be an object with role and content",
                "null | messages[0] must be an object with role and content, was null",
            })
    void eachOtherFormIsRefusedWithItsPlace(String message, String problem) {
        assertThatThrownBy(() -> Conversation.of((List<?>) json("[" + message + "]")))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessageStartingWith(problem);
    }

    @Test
    void oneMessageIsAListOfOne() {
        Map<String, String> message = Map.of("role", "user", "content", "Hi");

        assertThat(Conversation.of(message)).isEqualTo(Conversation.of(List.of(message)));
    }

    @Test
    void messagesAreAListOfAtLeastOne() {
        for (Object none : new Object[] {null, List.of(), "Hi", 5}) {
            assertThatThrownBy(() -> Conversation.of(none))
                    .hasMessageStartingWith("messages must be a list of at least one {role, content}, was ");
        }
    }

    private static Object json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }
}
