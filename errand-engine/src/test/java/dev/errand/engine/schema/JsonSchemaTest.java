package dev.errand.engine.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.errand.Json;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonSchemaTest {
    private final Codec codec = new Codec();

    private JsonSchema schema(String json) {
        return JsonSchema.of(new Json(json.replace('\'', '"')), codec);
    }

    private String fit(String schema, String payload) throws UnfitException {
        return new String(
                schema(schema).fit(payload.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
                StandardCharsets.UTF_8);
    }

    private UnfitException refused(String schema, String payload) {
        UnfitException error = catchThrowableOfType(UnfitException.class, () -> fit(schema, payload));
        assertThat(error).as("%s against %s", payload, schema).isNotNull();
        return error;
    }

    /** Each keyword: a value that fits, one that does not, where it says so, and what it says. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'type':'integer'}                        | 7           | '7'           | ``   | it is text; a whole number is needed
            {'type':'integer'}                        | 7.0         | 7.5           | ``   | it is a fraction; a whole number is needed
            {'type':['string','null']}                | null        | []            | ``   | it is a list; text or null is needed
            {'enum':['a',1,null]}                     | 1.0         | 'b'           | ``   | one of "a", 1, null is needed
            {'const':{'a':[1]}}                       | {'a':[1.0]} | {'a':1}       | ``   | only {"a":[1]} is allowed
            {'minimum':0}                             | 0           | -0.1          | ``   | at least 0 is needed
            {'maximum':10}                            | 10          | 11            | ``   | at most 10 is allowed
            {'exclusiveMinimum':0}                    | 0.1         | 0             | ``   | more than 0 is needed
            {'exclusiveMaximum':1}                    | 0           | 1.0           | ``   | less than 1 is needed
            {'multipleOf':0.01}                       | 19.99       | 19.999        | ``   | a multiple of 0.01 is needed
            {'minLength':2}                           | 'ab'        | '💛'          | ``   | at least 2 characters are needed
            {'maxLength':1}                           | '💛'        | 'ab'          | ``   | at most 1 characters are allowed
            {'pattern':'^[A-Z]+$'}                    | 'AB'        | 'Ab'          | ``   | it must match ^[A-Z]+$
            {'format':'email'}                        | 'a.b@c.de'  | 'a..b@c.de'   | ``   | an email address is needed
            {'format':'date'}                         | '2028-02-29'| '2026-02-29'  | ``   | a date such as 2026-12-24 is needed
            {'format':'date-time'}                    | '2026-01-01T10:00:00+02:00' | '2026-01-01 10:00' | `` | a time such as 2026-12-24T18:30:00Z is needed
            {'format':'a-format-of-others'}           | 'x'         | ``            | ``   | ``
            {'items':{'type':'number'}}               | [1,2]       | [1,'x']       | /1   | it is text; a number is needed
            {'prefixItems':[{},{'type':'null'}]}      | [1]         | [1,2]         | /1   | it is a whole number; null is needed
            {'minItems':1}                            | [0]         | []            | ``   | it has 0 items; at least 1 are needed
            {'maxItems':1}                            | [0]         | [0,0]         | ``   | it has 2 items; at most 1 are allowed
            {'uniqueItems':true}                      | [1,2]       | [1,{},1.0]    | /2   | it is there already; each may be there once
            {'contains':{'const':1},'maxContains':1}  | [2,1]       | [1,1]         | ``   | it has 2 of the items it must contain; at most 1 are allowed
            {'required':['a/b']}                      | {'a/b':1}   | {}            | /a~1b| it is missing; it is needed
            {'properties':{'a':{'type':'string'}},'required':['a']} | {'a':''} | {} | /a | it is missing; text is needed
            {'additionalProperties':false}            | {}          | {'x':1}       | /x   | nothing is allowed here
            {'patternProperties':{'^n':{'type':'number'}}} | {'n1':1,'x':''} | {'n1':''} | /n1 | it is text; a number is needed
            {'propertyNames':{'maxLength':1}}         | {'a':1}     | {'ab':1}      | /ab  | its name: at most 1 characters are allowed
            {'dependentRequired':{'a':['b']}}         | {'b':1}     | {'a':1}       | /b   | it is missing; it is needed beside a
            {'allOf':[{'minimum':1},{'maximum':2}]}   | 2           | 3             | ``   | at most 2 is allowed
            {'anyOf':[{'type':'string','minLength':1},{'type':'number'}]} | 1 | ''  | ``   | it must not be empty
            {'oneOf':[{'minimum':1},{'maximum':2}]}   | 3           | 1.5           | ``   | it fits 2 of the choices; just one is allowed
            {'not':{'type':'null'}}                   | 1           | null          | ``   | it is just what it must not be
            {'if':{'minimum':10},'then':{'multipleOf':10},'else':{'maximum':5}} | 20 | 15 | `` | a multiple of 10 is needed
            {'$ref':'#/$defs/a','$defs':{'a':{'minimum':1}}} | 1      | 0            | ``   | at least 1 is needed
            {'$id':'https://x.example/a','properties':{'n':{'$ref':'b'}},'$defs':{'b':{'$id':'b','minimum':1}}} | {'n':1} | {'n':0} | /n | at least 1 is needed
            {'allOf':[{'properties':{'a':true}}],'unevaluatedProperties':false} | {'a':1} | {'b':1} | /b | nothing is allowed here
            {'prefixItems':[true],'unevaluatedItems':{'type':'null'}} | ['x',null] | ['x','y'] | /1 | it is text; null is needed
            """)
    void eachKeywordIsChecked(String schema, String good, String bad, String path, String reason)
            throws UnfitException {
        fit(schema, good);
        if (!bad.isEmpty()) {
            UnfitException error = refused(schema, bad);
            assertThat(error.path()).isEqualTo(path);
            assertThat(error.reason()).isEqualTo(reason);
        }
    }

    @Test
    void aSchemaMayContainItself() throws UnfitException {
        String tree =
                "{'type':'object','properties':{'kids':{'type':'array','items':{'$ref':'#'}}},'required':['kids']}";
        fit(tree, "{'kids':[{'kids':[]}]}");
        assertThat(refused(tree, "{'kids':[{'kids':[]},{}]}").path()).isEqualTo("/kids/1/kids");
    }

    @Test
    void allProblemsAreTold() {
        UnfitException error = refused(
                "{'properties':{'a':{'type':'number'},'b':{'maxLength':1}},'required':['c']}", "{'a':'x','b':'xx'}");
        assertThat(error.path()).isEqualTo("/a");
        assertThat(error.reason())
                .isEqualTo(
                        "it is text; a number is needed; at /b: at most 1 characters are allowed; at /c: it is missing;"
                                + " it is needed");
    }

    @Test
    void defaultsFillWhatIsAbsentAtAnyDepth() throws UnfitException { // case 170
        String person = "{'properties':{'name':{'type':'string','default':'John'},'age':{'type':'number'}}}";
        assertThat(fit(person, "{'age':30}")).isEqualTo("{\"age\":30,\"name\":\"John\"}");
        assertThat(fit(person, "{'name':null,'age':30}")).isEqualTo("{\"name\":\"John\",\"age\":30}");
        assertThat(fit(person, "{'name':'Jo'}")).isEqualTo("{\"name\":\"Jo\"}");
        String nested =
                "{'default':{},'type':'object','properties':{'a':{'default':{},'properties':{'b':{'default':1}}}}}";
        assertThat(fit(nested, "null")).isEqualTo("{\"a\":{\"b\":1}}");
        String inParts = "{'items':{'$ref':'#/$defs/a'},'$defs':{'a':{'allOf':[{'properties':{'b':{'default':1}}}]}}}";
        assertThat(fit(inParts, "[{}]")).isEqualTo("[{\"b\":1}]");
    }

    @Test
    void aNullThatFitsIsNotFilled() throws UnfitException {
        assertThat(fit("{'properties':{'a':{'type':['number','null'],'default':1}}}", "{'a':null}"))
                .isEqualTo("{\"a\":null}");
    }

    @Test
    void aDefaultIsCheckedLikeWhatIsGiven() {
        assertThat(refused("{'properties':{'a':{'default':-1,'minimum':0}}}", "{}")
                        .path())
                .isEqualTo("/a");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "integer, '30', 30",
                "integer, ' -7 ', -7",
                "number, '1.50', 1.50",
                "number, '1e3', 1000",
                "boolean, 'true', true",
                "string, 30, `\"30\"`",
                "string, true, `\"true\"`"
            })
    void whatIsToBeCoercedIsTakenForWhatIsNeeded(String type, String given, String seen) throws UnfitException {
        String schema = "{'coerce':true,'properties':{'a':{'type':'" + type + "'}}}";
        assertThat(fit(schema, "{'a':" + given + "}")).isEqualTo("{\"a\":" + seen + "}");
        assertThat(refused(schema.replace("'coerce':true,", ""), "{'a':" + given + "}")
                        .path())
                .isEqualTo("/a");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "integer, '1.5'",
                "integer, ''",
                "integer, 'NaN'",
                "number, '1f'",
                "boolean, 'yes'",
                "boolean, 1",
                "number, '１'"
            })
    void whatMeansNothingElseIsNotCoerced(String type, String given) {
        assertThat(refused("{'type':'" + type + "','coerce':true}", given).path())
                .isEmpty();
    }

    @Test
    void coercionMayBeOfAPart() throws UnfitException {
        String schema =
                "{'properties':{'a':{'type':'number','coerce':true},'b':{'items':{'type':'number'}}},'additionalProperties':{'type':'boolean','coerce':true}}";
        assertThat(fit(schema, "{'a':'1','x':'true'}")).isEqualTo("{\"a\":1,\"x\":true}");
        assertThat(refused(schema, "{'b':['1']}").path()).isEqualTo("/b/0");
    }

    @Test
    void whatNeedsNoChangeStaysAsItWasWritten() throws UnfitException {
        assertThat(fit("{'properties':{'a':{'default':1}}}", "{ 'a' : 1.00 }")).isEqualTo("{ \"a\" : 1.00 }");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {                                       | the schema is not JSON: Unexpected end-of-input
            7                                       | the schema is wrong: an object, true or false is needed
            {'type':'text'}                         | the schema is wrong at /type: 'text' is none of string, integer, number, boolean, array, object, null
            {'properties':{'a':{'minimum':'1'}}}    | the schema is wrong at /properties/a/minimum: a number is needed
            {'minLength':-1}                        | the schema is wrong at /minLength: a whole number is needed, 0 or more
            {'required':'a'}                        | the schema is wrong at /required: a list is needed
            {'properties':[]}                       | the schema is wrong at /properties: an object is needed
            {'pattern':'('}                         | the schema is wrong at /pattern: '(' is no regular expression: Unclosed group
            {'multipleOf':0}                        | the schema is wrong at /multipleOf: a number above 0 is needed
            {'items':[{}]}                          | the schema is wrong at /items: a list of schemas is called prefixItems
            {'$ref':'#/$defs/a'}                    | the schema is wrong at /$ref: '#/$defs/a' is nowhere in the schema
            {'$ref':'file:///etc/passwd'}           | the schema is wrong at /$ref: 'file:///etc/passwd' is nowhere in the schema
            {'allOf':[{'$ref':'https://x.example/'}]} | the schema is wrong at /allOf/0/$ref: 'https://x.example/' is nowhere
            {'$dynamicRef':'#a'}                    | the schema is wrong at /$dynamicRef: this keyword is not supported
            {'allOf':[]}                            | the schema is wrong at /allOf: it is empty
            """)
    void whatIsNoSchemaIsRefusedAndSaysWhere(String schema, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> schema(schema)).withMessageStartingWith(message);
    }

    @Test
    void aSchemaThatGoesRoundInCirclesIsAnError() {
        assertThat(refused("{'$ref':'#'}", "1").reason()).contains("nested too deeply");
    }

    @Test
    void numbersKeepAllTheirDigits() throws UnfitException {
        fit("{'maximum':0.1000000000000000000001}", "0.1000000000000000000001");
        assertThat(refused("{'maximum':0.1000000000000000000001}", "0.1000000000000000000002")
                        .reason())
                .startsWith("at most");
        assertThat(refused("{'multipleOf':3}", "1e400000").reason()).isEqualTo("a multiple of 3 is needed");
    }
}
