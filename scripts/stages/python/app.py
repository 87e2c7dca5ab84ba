import os
import fastsum

print(os.environ["GREETING"], "python", fastsum.add(40, 2))
