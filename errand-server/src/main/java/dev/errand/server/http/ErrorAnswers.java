package dev.errand.server.http;

import dev.errand.server.call.Answer;
import dev.errand.server.call.Problem;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What Jetty refuses by itself, before anybody is asked, is answered as all other errors are. */
final class ErrorAnswers extends ErrorHandler {
    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        // The library closes the connection without a word, and the client's next request on it is lost.
        Answer answer = CrossOrigin.readable(answer(code)).header("connection", "close");
        AnswerWriter.write(answer, response, callback, broken -> {});
    }

    /** The words of the status, nothing that was sent: any page may read that, since nobody knows any more what it asked. */
    private static Answer answer(int status) {
        return Problem.of(status, HttpStatus.getMessage(status)).answer();
    }
}
