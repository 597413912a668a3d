-- What wrk posts: the lines of a file one after another, and from the first again.

local lines, posted = {}, 0

function init(args)
    for line in io.lines(args[1]) do
        lines[#lines + 1] = line
    end
    wrk.method = "POST"
    wrk.headers["Authorization"] = "Bearer " .. args[2]
    wrk.headers["Content-Type"] = "application/json"
end

function request()
    posted = posted % #lines + 1
    local key, body = lines[posted]:match("^(%S+)\t(.*)$")
    wrk.headers["Idempotency-Key"] = key
    return wrk.format(nil, nil, nil, body)
end
